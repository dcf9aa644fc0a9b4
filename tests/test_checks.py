from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.test import override_settings

from bookable.availability.rules import Rule
from bookable.checks import (
    check_payments,
    check_payments_for_deployment,
    check_settings,
    database_problems,
)
from bookable.payments.gateways import Gateway


class Picky(Rule):
    def __init__(self, start: str) -> None:
        self.start = start


def found(**bookable: Any) -> list[CheckMessage]:
    with override_settings(BOOKABLE=bookable):
        return list(check_settings(None))


def ids(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


def databases(**database: Any) -> list[str | None]:
    return ids(list(database_problems("default", database)))


def test_a_site_that_sets_nothing_has_nothing_to_correct() -> None:
    assert found() == []


def test_a_setting_that_is_no_dict_is_an_error() -> None:
    with override_settings(BOOKABLE=["CURRENCY"]):
        assert ids(list(check_settings(None))) == ["bookable.E001"]


def test_an_unknown_key_is_named_with_the_keys_there_are() -> None:
    [message] = found(CURENCY="EUR")
    assert message.id == "bookable.E002"
    assert "CURENCY" in message.msg
    assert "CURRENCY" in str(message.hint)


def test_a_rule_that_does_not_import_is_an_error() -> None:
    [message] = found(RULESETS={"mine": ["nowhere.Rule"]})
    assert message.id == "bookable.E003"
    assert "BOOKABLE['RULESETS']['mine'][0]" in message.msg
    assert "nowhere.Rule" in message.msg


def test_a_class_that_is_no_rule_is_an_error() -> None:
    assert ids(found(RULESETS={"mine": ["builtins.dict"]})) == ["bookable.E003"]


def test_an_unknown_option_of_a_rule_is_refused_with_the_options_there_are() -> None:
    rule = {"RULE": f"{__name__}.Picky", "OPTIONS": {"begin": "12:00"}}
    [message] = found(RULESETS={"mine": [rule]})
    assert message.id == "bookable.E003"
    assert "it accepts: start" in message.msg


def test_a_missing_option_of_a_rule_is_an_error() -> None:
    assert ids(found(RULESETS={"mine": [f"{__name__}.Picky"]})) == ["bookable.E003"]


def test_a_country_that_the_holiday_rule_does_not_know_is_an_error() -> None:
    pytest.importorskip("holidays", reason="the package holidays is not installed")
    path = "bookable.availability.rules.PublicHolidays"
    [message] = found(RULESETS={"x": [{"RULE": path, "OPTIONS": {"country": "XX"}}]})
    assert "XX" in message.msg


@pytest.mark.parametrize("rulesets", ["bookable.Rule", {"mine": "bookable.Rule"}])
def test_rule_sets_must_be_lists_with_names(rulesets: object) -> None:
    assert ids(found(RULESETS=rulesets)) == ["bookable.E003"]


def test_an_assignment_that_does_not_import_is_an_error() -> None:
    assert ids(found(ASSIGNMENT="nowhere.Fair")) == ["bookable.E004"]


def test_a_pricing_that_does_not_import_is_an_error() -> None:
    assert ids(found(PRICING="nowhere.Price")) == ["bookable.E005"]


@pytest.mark.parametrize("currency", ["euro", "eur", "", 5])
def test_a_currency_must_be_a_code(currency: object) -> None:
    assert ids(found(CURRENCY=currency)) == ["bookable.E006"]


def test_time_zone_support_must_be_on() -> None:
    with override_settings(USE_TZ=False):
        assert ids(found()) == ["bookable.E007"]


def test_every_message_has_a_hint_with_a_link_to_its_own_paragraph() -> None:
    [message] = found(CURENCY="EUR")
    assert str(message.hint).endswith("checks.html#bookable-e002")


def test_sqlite_that_locks_late_is_warned_about() -> None:
    assert databases(ENGINE="django.db.backends.sqlite3") == ["bookable.W001"]


def test_sqlite_that_locks_at_once_is_fine() -> None:
    options = {"transaction_mode": "IMMEDIATE"}
    assert databases(ENGINE="django.db.backends.sqlite3", OPTIONS=options) == []


@pytest.mark.parametrize(
    ("engine", "level", "expected"),
    [
        ("mysql", "repeatable read", ["bookable.W002"]),
        ("mysql", None, []),
        ("postgresql", 4, ["bookable.W003"]),
        ("postgresql", 2, []),
    ],
)
def test_an_isolation_that_reads_old_snapshots_is_warned_about(
    engine: str, level: object, expected: list[str]
) -> None:
    options = {} if level is None else {"isolation_level": level}
    assert databases(ENGINE=f"django.db.backends.{engine}", OPTIONS=options) == expected


@pytest.mark.parametrize(
    ("setting", "check"),
    [
        ("CANCELLATION", "bookable.E008"),
        ("DEPOSIT", "bookable.E009"),
        ("REFERENCE", "bookable.E010"),
        ("VISIBILITY", "bookable.E011"),
    ],
)
def test_a_class_for_bookings_must_be_of_the_right_kind(setting: str, check: str) -> None:
    [message] = found(**{setting: "builtins.dict"})
    assert message.id == check
    assert setting in message.msg


def test_options_that_terms_cannot_be_made_with_are_found_before_the_first_booking() -> None:
    terms = "bookable.bookings.policies.StandardTerms"
    options = {"BACKEND": terms, "OPTIONS": {"late_percent": 101}}
    assert ids(found(CANCELLATION=options)) == ["bookable.E008"]


@pytest.mark.parametrize("name", ["HOLD_MINUTES", "OFFER_MINUTES", "APPROVED_MINUTES"])
@pytest.mark.parametrize("minutes", [0, -5, True, "ten", 1.5])
def test_a_length_of_time_must_be_whole_minutes(name: str, minutes: object) -> None:
    assert ids(found(**{name: minutes})) == ["bookable.E012"]


@pytest.mark.parametrize(
    "gateways",
    [
        ["bookable.payments.gateways.stripe.StripeGateway"],
        {"card": "builtins.dict"},
        {"card": {"BACKEND": "bookable.payments.gateways.base.Gateway", "OPTIONS": {"key": "x"}}},
    ],
)
def test_a_gateway_that_can_not_be_used_is_found(gateways: object) -> None:
    assert ids(found(GATEWAYS=gateways)) == ["bookable.E013"]


STRIPE = "bookable.payments.gateways.stripe.StripeGateway"
PAYSTACK = "bookable.payments.gateways.paystack.PaystackGateway"


def payment_problems(
    options: dict[str, Any], backend: str = STRIPE, **bookable: Any
) -> list[str | None]:
    gateways = {"card": {"BACKEND": backend, "OPTIONS": options}}
    with override_settings(BOOKABLE={"GATEWAYS": gateways, **bookable}):
        return ids([*check_payments(None), *check_payments_for_deployment(None)])


def complete(**options: Any) -> dict[str, Any]:
    return {"secret_key": "sk_test_x", "webhook_secrets": ["whsec_x"], **options}


@pytest.fixture
def addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.payments.urls"


@pytest.mark.usefixtures("addresses")
def test_a_gateway_with_all_that_it_needs_has_nothing_to_correct() -> None:
    assert payment_problems(complete()) == []


@pytest.mark.usefixtures("addresses")
def test_a_gateway_without_a_key_is_an_error() -> None:
    assert payment_problems(complete(secret_key="")) == ["bookable.E016"]
    paystack = payment_problems({"secret_key": ""}, PAYSTACK, CURRENCY="NGN")
    assert paystack == ["bookable.E016"]


@pytest.mark.usefixtures("addresses")
@pytest.mark.parametrize("secrets", [[], [""]])
def test_a_gateway_without_a_webhook_secret_is_an_error(secrets: list[str]) -> None:
    assert payment_problems(complete(webhook_secrets=secrets)) == ["bookable.E017"]


@pytest.mark.usefixtures("addresses")
def test_a_live_key_is_no_key_to_develop_with() -> None:
    live = complete(secret_key="sk_live_x")
    assert payment_problems(live) == []
    with override_settings(DEBUG=True):
        assert payment_problems(live) == ["bookable.W004"]


@pytest.mark.usefixtures("addresses")
def test_a_currency_that_no_gateway_takes_is_an_error() -> None:
    assert payment_problems(complete(currencies=["USD"]), CURRENCY="EUR") == ["bookable.E018"]


def test_a_gateway_that_has_no_address_of_ours_to_write_to_is_told_of() -> None:
    assert payment_problems(complete()) == ["bookable.W005"]


@pytest.mark.usefixtures("addresses")
def test_a_gateway_for_development_is_an_error_where_a_site_is_deployed() -> None:
    backend = f"{__name__}.Pretending"
    assert payment_problems({}, backend) == ["bookable.E019"]


@pytest.mark.parametrize(("setting", "check"), [("GATEWAY_SELECTOR", "E014"), ("VELOCITY", "E015")])
def test_a_socket_of_payments_that_can_not_be_used_is_an_error(setting: str, check: str) -> None:
    assert ids(found(**{setting: "nowhere.Else"})) == [f"bookable.{check}"]


class Pretending(Gateway):
    is_for_development = True
