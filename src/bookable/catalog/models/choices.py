from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Listed for everybody")
    LINK = "link", _("Only for those who have the link")
    STAFF = "staff", _("Only for staff")


class PaymentMode(models.TextChoices):
    NONE = "none", _("Nothing to pay")
    DESK = "desk", _("Paid at the desk")
    DEPOSIT = "deposit", _("A deposit online, the rest at the desk")
    FULL = "full", _("Paid in full online")


class ZoneMode(models.TextChoices):
    PLACE = "place", _("Times are shown in the place's zone")
    CUSTOMER = "customer", _("Times are shown in the customer's zone")


class Channel(models.TextChoices):
    IN_PERSON = "in_person", _("In person")
    VIDEO = "video", _("By video")
    PHONE = "phone", _("By phone")


class ProviderKind(models.TextChoices):
    PERSON = "person", _("Person")
    ROOM = "room", _("Room")
    EQUIPMENT = "equipment", _("Equipment")


class QuestionKind(models.TextChoices):
    TEXT = "text", _("One line of text")
    LONG_TEXT = "long_text", _("Several lines of text")
    NUMBER = "number", _("Number")
    BOOLEAN = "boolean", _("Yes or no")
    CONSENT = "consent", _("Agreement")
    CHOICE = "choice", _("One of several")
    CHOICES = "choices", _("Some of several")
    DATE = "date", _("Date")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Phone number")
