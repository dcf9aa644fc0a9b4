from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.catalog.link import BookableProvider
from bookable.catalog.link_rows import link_rows
from bookable.management.verb_command import VerbCommand


class Command(VerbCommand):
    help = "Gives a calendar to every row of a model that was there before it got the mixin."
    all_or_nothing = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("model", metavar="APP.MODEL", help="such as clinic.Therapist")

    def work(self, *, using: str, options: dict[str, Any]) -> str:
        linked = link_rows(_find_model(options["model"]), using=using)
        return ngettext("%(count)d calendar made.", "%(count)d calendars made.", linked) % {
            "count": linked
        }


def _find_model(label: str) -> type[BookableProvider]:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise CommandError(_("There is no model “%(label)s”.") % {"label": label}) from error
    if not issubclass(model, BookableProvider):
        raise CommandError(
            _("%(label)s has no calendars: let the model inherit from BookableProvider first.")
            % {"label": label}
        )
    return model
