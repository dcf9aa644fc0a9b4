"""Which texts of the catalogue have one version for each language."""

from __future__ import annotations

from modeltranslation.translator import TranslationOptions, register

from bookable.models import Category, Extra, Provider, Service


@register([Category, Extra, Provider, Service])
class Names(TranslationOptions):
    fields = ("name",)
