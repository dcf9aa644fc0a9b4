"""The reference describes every setting, and every socket with what it is told."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from tests.docs.pages import DOCS
from tests.docs.reference import NAME, cells, names, section

from bookable import conf
from bookable.bookings.deposits import DepositRequest
from bookable.bookings.policies import Agreed, StandardTerms, TermsRequest
from bookable.bookings.references import RandomReference
from bookable.catalog.pricing import PriceRequest
from bookable.catalog.visibility import SiteVisibility


@pytest.mark.parametrize("key", conf.KEYS)
def test_every_setting_is_described_as_in_the_code(key: str) -> None:
    described = section("settings", key)
    assert (getattr(conf.Settings, key).__doc__ or "") in described
    default = getattr(conf.Settings(), key)
    wanted = default["default"] if key == "RULESETS" else [default]
    assert [one for one in wanted if str(one) not in described] == []


@pytest.mark.parametrize("request_of", [TermsRequest, DepositRequest, Agreed])
def test_everything_that_a_socket_is_told_is_described(request_of: Any) -> None:
    described = names(section("sockets", request_of.__name__))
    assert described - {"None"} == set(request_of.__dataclass_fields__)


@pytest.mark.parametrize("socket", [StandardTerms, RandomReference])
def test_every_option_of_a_socket_is_described(socket: Any) -> None:
    text = section("sockets", socket.__name__)
    told = {
        (NAME.findall(option)[0], default.strip().strip("`"))
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


def test_everything_that_pricing_is_told_is_described() -> None:
    text = (DOCS / "howto" / "price-peak-times.md").read_text("utf-8")
    table = text[text.index("What `lines()` gets") :]
    assert names(table) - {"None"} == set(PriceRequest.__dataclass_fields__)
