"""A site that speaks English and German."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as ORDINARY_APPS

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"

INSTALLED_APPS = ["modeltranslation", *ORDINARY_APPS, "tests.sites.translated"]
