"""The reference leaves nothing out, and names nothing that does not exist."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Choices, Model
from django.dispatch import Signal
from tests.docs.pages import DOCS

import bookable
from bookable import bookings, checks, conf, errors, events, jobs, models, signals, testing
from bookable.availability import answers, rules
from bookable.availability.choose import Choice
from bookable.availability.next_free import NextFree
from bookable.availability.query import Asked, Query
from bookable.bookings import rules as rules_of_bookings
from bookable.bookings.apply_change import Applied, Left
from bookable.bookings.deposits import DepositRequest
from bookable.bookings.find_drift import Drift
from bookable.bookings.hold_series import Conflict, SeriesHeld
from bookable.bookings.impact import Affected
from bookable.bookings.policies import Agreed, StandardTerms, TermsRequest
from bookable.bookings.quoting import Quote
from bookable.bookings.references import RandomReference
from bookable.bookings.series_occurrences import Occurrence
from bookable.catalog.pricing import PriceRequest
from bookable.catalog.visibility import SiteVisibility
from bookable.payments.gateways import Gateway
from bookable.payments.gateways.django_payments import DjangoPaymentsGateway
from bookable.payments.gateways.offline import OfflineGateway
from bookable.payments.kinds import OrderKind
from bookable.payments.pay import Checkout
from bookable.payments.steps.opening import Consent
from bookable.payments.velocity import Attempt
from bookable.schedule import exchange
from bookable.testing import strategies

SOURCE = Path(bookable.__file__).parent
REFERENCE = DOCS / "reference"
#: On which page the verbs of a folder are described.
FOLDERS_OF_VERBS = {
    "catalog": "verbs",
    "schedule": "verbs",
    "bookings": "booking-verbs",
    "payments": "payments",
}
#: Functions that are named after their modules, and are for the library's own use.
NO_VERBS = {"kinds", "misfits", "pay_page", "serving", "visibility"}
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_NAME = re.compile(r"`(\w+)")
#: Those that need no package of a company's.
GATEWAYS = [DjangoPaymentsGateway, OfflineGateway]
#: Where a reason that no rule gives has its code.
REASONS = {"Reason": 1, "_reason": 0}


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text("utf-8")


def sections(text: str) -> dict[str, str]:
    """What stands under each heading, by the heading without its back quotes."""
    parts = _HEADING.split(text)
    return {
        heading.strip("`"): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def section(name: str, heading: str) -> str:
    return sections(page(name))[heading]


def cells(text: str, column: int = 0) -> list[str]:
    """A column of all tables, without their headings."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    kept = [
        row
        for row, below in zip(rows, [*rows[1:], ""], strict=True)
        if not row.startswith("|---") and not below.startswith("|---")
    ]
    return [row.split("|")[column + 1] for row in kept]


def names(text: str, column: int = 0) -> set[str]:
    return {name for cell in cells(text, column) for name in _NAME.findall(cell)}


def subclasses(cls: type) -> Iterator[type]:
    yield cls
    for below in cls.__subclasses__():
        yield from subclasses(below)


def parameters(what: Any) -> list[str]:
    return list(inspect.signature(what).parameters)


def spoken(what: Any, name: str) -> str:
    """A signature as the headings have it, with defaults as they are written."""
    plain = [
        one.replace(annotation=inspect.Parameter.empty)
        for one in inspect.signature(what).parameters.values()
    ]
    written = str(inspect.Signature(plain)).replace("Ellipsis", "...")
    return name + re.sub(r"<(\w+\.\w+): [^>]*>", r"\1", written)


ALL_MODELS = [
    found
    for name in models.__all__
    if isinstance(found := getattr(models, name), type) and issubclass(found, Model)
]


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_every_field_of_a_model_is_described(model: type[Model]) -> None:
    described = names(section("models", model.__name__))
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    assert described == {field.name for field in fields} - {"id"}


def test_every_set_of_choices_is_named() -> None:
    choices = {
        name
        for name in models.__all__
        if isinstance(found := getattr(models, name), type) and issubclass(found, Choices)
    }
    assert set(_NAME.findall(section("models", "Choices"))) == choices


@pytest.mark.parametrize("key", conf.KEYS)
def test_every_setting_is_described_as_in_the_code(key: str) -> None:
    described = section("settings", key)
    assert (getattr(conf.Settings, key).__doc__ or "") in described
    default = getattr(conf.Settings(), key)
    wanted = default["default"] if key == "RULESETS" else [default]
    assert [one for one in wanted if str(one) not in described] == []


def test_every_rule_is_described_with_its_code_and_its_options() -> None:
    table = section("rules", "Rules that come with the library")
    found = {
        row.split("`")[1]: (_NAME.findall(code)[0], _NAME.findall(options))
        for row, code, options in zip(cells(table), cells(table, 1), cells(table, 2), strict=True)
    }
    own = [getattr(rules, name) for name in rules.__all__ if name != "Rule"]
    own += [rules_of_bookings.CustomerLimit, rules_of_bookings.ExtraStock]
    assert found == {rule.__name__: (rule.code, parameters(rule)) for rule in own}


def test_every_member_of_a_rule_is_described() -> None:
    members = {name for name in vars(rules.Rule) if not name.startswith("_")}
    assert names(section("rules", "bookable.availability.rules.Rule")) == members


def test_everything_in_the_query_context_is_described() -> None:
    context = {*Query.__dataclass_fields__, *vars(Query)}
    described = names(section("rules", "The query context"))
    assert described == {name for name in context if not name.startswith("_")}


def test_every_keyword_of_a_question_is_described() -> None:
    assert names(section("availability", "The query")) == set(Asked.__annotations__)


ANSWERS = [answers.Slot, answers.Day, answers.Reason, NextFree, Choice]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda one: one.__name__)
def test_everything_in_an_answer_is_described(answer: Any) -> None:
    properties = {name for name, member in vars(answer).items() if isinstance(member, property)}
    described = names(section("availability", answer.__name__))
    assert described == {*answer._fields, *properties} - {"quote"}


@pytest.mark.parametrize(
    ("heading", "states"),
    [("States of a payment", models.PaymentState), ("States of a refund", models.RefundState)],
)
def test_every_state_of_money_is_described(heading: str, states: type[Choices]) -> None:
    told = [cell.strip().strip("`") for cell in cells(section("payments", heading))]
    assert sorted(told) == sorted(states.values)


OF_PAYMENTS = [("Checkout", Checkout), ("Consent", Consent), ("Velocity", Attempt)]


@pytest.mark.parametrize(("heading", "what"), OF_PAYMENTS)
def test_everything_that_payments_hands_over_is_described(heading: str, what: Any) -> None:
    assert names(section("payments", heading)) == set(what.__dataclass_fields__)


def test_every_method_of_an_order_kind_is_described() -> None:
    own = {name for name in vars(OrderKind) if not name.startswith("_")}
    assert names(section("payments", "OrderKind")) == own


def test_every_method_of_a_gateway_is_described() -> None:
    told = section("gateways", "The interface")
    own = {name for name in vars(Gateway) if not name.startswith("_")}
    assert [name for name in sorted(own) if f"`{name}" not in told] == []


@pytest.mark.parametrize("gateway", GATEWAYS, ids=lambda one: one.__name__)
def test_every_option_of_a_gateway_is_described(gateway: Any) -> None:
    assert names(section("gateways", gateway.__name__)) == set(parameters(gateway))


OUTCOMES = [Quote, SeriesHeld, Conflict, Occurrence, Affected, Applied, Left, Drift]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda one: one.__name__)
def test_everything_that_comes_back_from_a_verb_is_described(outcome: Any) -> None:
    fields = {*getattr(outcome, "_fields", ()), *getattr(outcome, "__dataclass_fields__", ())}
    properties = {name for name, member in vars(outcome).items() if isinstance(member, property)}
    assert names(section("booking-verbs", outcome.__name__)) == fields | properties


def test_every_read_over_bookings_is_described() -> None:
    reads = {name for name in vars(type(models.Booking.objects.all())) if name[0] != "_"}
    assert names(section("models", "Querysets of bookings")) == reads


@pytest.mark.parametrize("model", [models.Service, models.Provider])
def test_every_read_over_services_and_providers_is_described(model: Any) -> None:
    reads = {name for name in vars(type(model.objects.all())) if not name.startswith("_")}
    assert [name for name in reads if f"{name}(" not in page("availability")] == []


def test_everything_that_pricing_is_told_is_described() -> None:
    text = (DOCS / "howto" / "price-peak-times.md").read_text("utf-8")
    table = text[text.index("What `lines()` gets") :]
    assert names(table) - {"None"} == set(PriceRequest.__dataclass_fields__)


def test_every_code_of_a_reason_is_described() -> None:
    codes = {rule.code for rule in subclasses(rules.Rule) if rule.__module__.startswith("bookable")}
    others = {*codes_in(SOURCE / "availability"), *codes_in(SOURCE / "bookings")}
    assert names(page("reasons")) == codes | others


def test_every_kind_of_fault_is_described() -> None:
    limits = {rule.code for rule in subclasses(rules.Rule) if rule.code.endswith("_limit")}
    found = set(codes_in(SOURCE / "bookings", {"Fault": 0})) | limits
    told = section("commands", "bookable_check_claims")
    assert names(told[told.index("| fault ") :]) == found


def codes_in(folder: Path, places: Mapping[str, int] = REASONS) -> Iterator[str]:
    """The codes of reasons that no rule gives, by their place among the arguments."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = places.get(node.func.id, len(node.args))
                given = node.args[place : place + 1]
                yield from (one.value for one in given if isinstance(one, ast.Constant))


def test_every_check_is_described_where_its_link_leads() -> None:
    sources = [path.read_text("utf-8") for path in Path(checks.__file__).parent.glob("*.py")]
    ids = {code for source in sources for code in re.findall(r"\b[EW]\d{3}\b", source)}
    found = re.findall(r"^\(bookable-(\w+)\)=\n## bookable\.(\w+)$", page("checks"), re.MULTILINE)
    assert sorted(code for _anchor, code in found) == sorted(ids)
    assert [code for anchor, code in found if anchor != code.lower()] == []


def test_every_error_is_described_with_its_code_and_its_parents() -> None:
    found = {
        tuple(_NAME.findall("|".join(row)))
        for row in zip(*(cells(page("errors"), column) for column in range(3)), strict=True)
    }
    below = subclasses(errors.BookableError)
    own = {one for one in below if one.__module__.startswith(errors.__name__)}
    assert found == {
        (one.__name__, one.code, *(parent.__name__ for parent in one.__bases__)) for one in own
    }
    assert [one for one in own if getattr(errors, one.__name__, None) is not one] == []


def test_every_signal_is_described() -> None:
    own = {name for name, found in vars(signals).items() if isinstance(found, Signal)}
    told = {heading for heading in sections(page("signals")) if " " not in heading}
    assert told == own | {"Signals"}


def test_every_command_is_described_with_its_options() -> None:
    paths = sorted((SOURCE / "management" / "commands").glob("bookable_*.py"))
    assert set(sections(page("commands"))) == {path.stem for path in paths} | {"Commands"}
    for path in paths:
        given = set(re.findall(r'add_argument\(\s*"(--[\w-]+)"', path.read_text("utf-8")))
        told = section("commands", path.stem)
        assert [option for option in given - {"--database"} if option not in told] == []


def test_every_job_is_described_in_its_order() -> None:
    told = section("jobs", "Jobs that come with the library")
    assert [_NAME.findall(cell)[0] for cell in cells(told)] == jobs.names()


REGISTRIES = [("jobs", "bookable.jobs", jobs), ("recorders", "Recorders", events)]


@pytest.mark.parametrize(("name", "heading", "module"), REGISTRIES)
def test_every_function_of_a_registry_is_described(name: str, heading: str, module: Any) -> None:
    functions = inspect.getmembers(module, inspect.isfunction)
    own = {name for name, found in functions if found.__module__ == module.__name__}
    assert own <= names(section(name, heading))


def test_every_reason_that_the_library_gives_is_described() -> None:
    given = {
        word
        for path in (SOURCE / "bookings").rglob("*.py")
        for word in re.findall(r'\breason="(\w+)"', path.read_text("utf-8"))
    }
    assert names(section("recorders", "The reasons of events")) == given


@pytest.mark.parametrize("request_of", [TermsRequest, DepositRequest, Agreed])
def test_everything_that_a_socket_is_told_is_described(request_of: Any) -> None:
    described = names(section("sockets", request_of.__name__))
    assert described - {"None"} == set(request_of.__dataclass_fields__)


@pytest.mark.parametrize("socket", [StandardTerms, RandomReference])
def test_every_option_of_a_socket_is_described(socket: Any) -> None:
    text = section("sockets", socket.__name__)
    told = {
        (_NAME.findall(option)[0], default.strip().strip("`"))
        for option, default in zip(cells(text), cells(text, 1), strict=True)
    }
    words = {"()": "none", "": "empty"}
    assert told == {
        (name, words.get(str(one.default), str(one.default)))
        for name, one in inspect.signature(socket).parameters.items()
    }


def test_every_method_of_visibility_is_described() -> None:
    own = {name for name in vars(SiteVisibility) if not name.startswith("_")}
    assert names(section("sockets", "VISIBILITY")) == own


def test_every_permission_is_described() -> None:
    asked = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r'"(bookable\.[a-z]+_[a-z]+)"', path.read_text("utf-8"))
        if "migrations" not in path.parts
    }
    own = {f"bookable.{name}" for name, _label in models.Booking._meta.permissions}
    told = set(re.findall(r"`(bookable\.\w+)`", section("permissions", "Permissions")))
    assert told == asked | own


def test_every_verb_that_asks_who_does_it_says_who_may() -> None:
    asking = {
        name for name, verb, told in verbs() if "by" in parameters(verb) and told != "payments"
    }
    assert names(section("permissions", "What each may do")) == asking


def test_every_verb_that_takes_a_key_is_named() -> None:
    takers = {name for name, verb, _page in verbs() if "idempotency_key" in parameters(verb)}
    assert [name for name in takers if f"`{name}()`" not in page("idempotency")] == []


def test_everything_in_a_report_is_described() -> None:
    described = names(section("testing", "Report"))
    assert described == set(testing.Report.__dataclass_fields__)


def test_everything_in_the_testing_kit_is_described() -> None:
    headings = set(sections(page("testing")))
    for name in testing.__all__:
        found = getattr(testing, name)
        wanted = name if isinstance(found, type) else spoken(found, name)
        assert wanted in headings


def test_every_strategy_is_described() -> None:
    functions = inspect.getmembers(strategies, inspect.isfunction)
    own = {name for name, found in functions if found.__module__ == strategies.__name__}
    assert own <= names(section("testing", "bookable.testing.strategies"))


def verbs() -> Iterator[tuple[str, Any, str]]:
    """A verb is the function that its module is named after, or one that asks who does it."""
    for folder, described in FOLDERS_OF_VERBS.items():
        for path in sorted((SOURCE / folder).glob("[a-z]*.py")):
            module = __import__(f"bookable.{folder}.{path.stem}", fromlist=["*"])
            for name, found in inspect.getmembers(module, inspect.isfunction):
                is_own = found.__module__ == module.__name__
                asks_who = {"by", "using"} <= {*parameters(found)} and not name.startswith("_")
                if is_own and (name == path.stem or asks_who) and name not in NO_VERBS:
                    yield name, found, described
    yield "preview", bookings.preview, "booking-verbs"
    for name, found in inspect.getmembers(exchange, inspect.isfunction):
        if name.endswith("port_schedule"):
            yield name, found, "verbs"


@pytest.mark.parametrize(("name", "verb", "described"), list(verbs()))
def test_every_verb_is_described_with_its_signature(name: str, verb: Any, described: str) -> None:
    assert spoken(verb, name) in sections(page(described))


@pytest.mark.parametrize("described", ["booking-verbs", "payments"])
def test_no_verb_is_described_that_there_is_not(described: str) -> None:
    known = {spoken(verb, name) for name, verb, _page in verbs()}
    told = [heading for heading in sections(page(described)) if "(" in heading]
    assert [heading for heading in told if heading not in known] == []
