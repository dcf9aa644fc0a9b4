"""A site that uses everything django-bookable has so far: copy what you need.

These are settings for a look around on your own machine. Before you show a site to the world, go
through Django's deployment checklist: `manage.py check --deploy`.
"""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = Path(__file__).parent

SECRET_KEY = "for-development-only-make-your-own"
DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "clinic",
    "bookable",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

# --- django-bookable ------------------------------------------------------------------------------

BOOKABLE = {
    # The currency of a new service's prices.
    "CURRENCY": "GBP",
    # What decides which time is free: named, ordered lists of rules. A service names the list it
    # uses; "default" is there without being named here. This one holds a rule of our own.
    "RULESETS": {
        "school_run": [
            "bookable.availability.rules.WeeklyHours",
            "bookable.availability.rules.DateHours",
            "bookable.availability.rules.Accepting",
            "bookable.availability.rules.TimeOff",
            {"RULE": "clinic.rules.SchoolRun", "OPTIONS": {"minutes": 45}},
            "bookable.availability.rules.BusyTimes",
            "bookable.availability.rules.Claims",
            "bookable.availability.rules.DailyLimit",
            "bookable.availability.rules.WeeklyLimit",
            "bookable.availability.rules.Notice",
            "bookable.availability.rules.Minimum",
            "bookable.availability.rules.Horizon",
            "bookable.bookings.rules.CustomerLimit",
            "bookable.bookings.rules.ExtraStock",
        ],
    },
    # What it costs. Saturdays and Sundays are a tenth dearer here.
    "PRICING": {
        "BACKEND": "bookable.catalog.pricing.PeakPricing",
        "OPTIONS": {"percent": 10},
    },
    # What is agreed when somebody books: free until two days before, half of the price until the
    # day before, then all of it. It can be moved until a day before.
    "CANCELLATION": {
        "BACKEND": "bookable.bookings.policies.StandardTerms",
        "OPTIONS": {"free_hours": 48, "steps": [(24, 50)], "reschedule_hours": 24},
    },
    # How much is to be paid before it is confirmed. A backend of our own: deposits, nothing else.
    "DEPOSIT": "clinic.deposits.DepositsOnly",
    # How it is paid. No money moves: a page with buttons plays the customer, for as long as DEBUG
    # is on. A real site names “desk” or “transfer” here, or the gateway of a company.
    "GATEWAYS": {
        "default": {
            "BACKEND": "bookable.payments.gateways.offline.OfflineGateway",
            "OPTIONS": {"mode": "developer"},
        },
    },
    # Who gets it when any provider will do; this is the default.
    "ASSIGNMENT": "bookable.availability.assignment.LeastBusy",
}

# --- the database ---------------------------------------------------------------------------------

# SQLite must take its lock at the beginning of a transaction, or two people who book at once could
# both be told that the time is free. On PostgreSQL the database itself refuses.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("EXAMPLE_DATABASE") or BASE_DIR / "db.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the rest is a plain Django site --------------------------------------------------------------

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clinic.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

ROOT_URLCONF = "urls"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "mine"
LOGOUT_REDIRECT_URL = "home"
CSRF_FAILURE_VIEW = "clinic.views.errors.not_sent"
WSGI_APPLICATION = "wsgi.application"
STATIC_URL = "static/"

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "clinic.formats"
# New services and providers keep their hours in this zone unless they are given another one.
TIME_ZONE = "Europe/London"
USE_TZ = True
# A telephone number without a country's code is one of here.
PHONENUMBER_DEFAULT_REGION = "GB"
