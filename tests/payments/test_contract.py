"""The contract itself: it must find what is wrong, and nothing else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.payments.contract import FORM, JSON, Contract, needs_contracts, official
from tests.payments.schemas import decoded

from bookable.testing.fakes.server import Answer, Request

pytest.importorskip("jsonschema")


def request(method: str, path: str, **parts: Any) -> Request:
    """A request with a form (`form`), JSON (`sends`) or a query in it."""
    kind, body = FORM, urlencode(parts.get("form", {})).encode()
    if "sends" in parts:
        kind, body = JSON, json.dumps(parts["sends"]).encode()
    query = urlencode(parts.get("query", {}))
    headers = {"content-type": kind}
    return Request(method=method, path=path, query=query, headers=headers, body=body)


def faults(method: str, path: str, **parts: Any) -> list[str]:
    return Contract.stripe().request_faults(request(method, path, **parts))


def paystack_faults(method: str, path: str, **parts: Any) -> list[str]:
    return Contract.paystack().request_faults(request(method, path, **parts))


REFUND = {"id": "re_1", "object": "refund", "amount": 100, "currency": "eur", "created": 1}
CHARGE = {"email": "a@example.com", "amount": 5000, "reference": "one-2", "currency": "NGN"}


def test_brackets_become_nested_values() -> None:
    assert decoded("a[b][c]=1&d[0]=2&e[]=3&e[]=4") == {
        "a": {"b": {"c": "1"}},
        "d": {"0": "2"},
        "e": {"0": "3", "1": "4"},
    }


def test_a_name_that_is_both_value_and_object_is_refused() -> None:
    with pytest.raises(ValueError, match="both a value and an object"):
        decoded("a=1&a[b]=2")


@needs_contracts
class TestRequests:
    def test_a_good_form_has_no_faults(self) -> None:
        form = {
            "payment_intent": "pi_1",
            "amount": "100",
            "metadata[a]": "1",
            "expand[0]": "charge",
        }
        assert faults("POST", "/v1/refunds", form=form) == []

    def test_an_unknown_field_is_found(self) -> None:
        (fault,) = faults("POST", "/v1/refunds", form={"payment_intnet": "pi_1"})
        assert "payment_intnet" in fault

    def test_an_unknown_field_is_found_however_deep_it_is(self) -> None:
        form = {"mode": "payment", "payment_intent_data[descripton]": "x"}
        (fault,) = faults("POST", "/v1/checkout/sessions", form=form)
        assert "'descripton'" in fault

    def test_a_missing_field_is_found(self) -> None:
        (fault,) = faults("POST", "/v1/payment_intents", form={"amount": "100"})
        assert "'currency' is a required property" in fault

    def test_a_value_that_is_not_offered_is_found(self) -> None:
        (fault,) = faults("POST", "/v1/refunds", form={"reason": "whim"})
        assert "whim" in fault

    def test_a_number_that_is_none_is_found(self) -> None:
        (fault,) = faults("POST", "/v1/refunds", form={"amount": "10.5"})
        assert "10.5" in fault

    def test_an_index_that_is_no_number_is_found(self) -> None:
        assert faults("POST", "/v1/refunds", form={"expand[first]": "charge"})

    def test_filters_of_a_list_are_read_as_numbers(self) -> None:
        query = {"created[gte]": "5", "types[0]": "refund.created", "limit": "3"}
        assert faults("GET", "/v1/events", query=query) == []

    def test_an_unknown_filter_is_found(self) -> None:
        (fault,) = faults("GET", "/v1/events", query={"typos": "x"})
        assert "typos" in fault

    def test_a_body_on_a_get_is_found(self) -> None:
        assert faults("GET", "/v1/events", form={"limit": "1"}) == ["body: a GET carries none"]

    def test_a_path_without_parameters_goes_before_one_with_them(self) -> None:
        found = Contract.stripe().route(request("GET", "/v1/payment_intents/search"))
        assert found is not None
        assert found.name == "GetPaymentIntentsSearch"

    def test_a_good_json_body_has_no_faults(self) -> None:
        assert paystack_faults("POST", "/transaction/initialize", sends=CHARGE) == []

    def test_an_unknown_json_field_is_found(self) -> None:
        sends = {**CHARGE, "refernce": "x"}
        (fault,) = paystack_faults("POST", "/transaction/initialize", sends=sends)
        assert "refernce" in fault

    def test_broken_json_is_found(self) -> None:
        path = "/transaction/initialize"
        broken = Request(
            method="POST", path=path, query="", headers={"content-type": JSON}, body=b"{"
        )
        assert Contract.paystack().request_faults(broken) == [f"body: no {JSON}"]


@needs_contracts
class TestAnswers:
    def found(self, method: str, path: str, body: Any, status: int = 200) -> list[str]:
        answer = Answer(body=body, status=status)
        return Contract.stripe().answer_faults(request(method, path), answer)

    def test_a_good_answer_has_no_faults(self) -> None:
        assert self.found("GET", "/v1/refunds/re_1", REFUND) == []

    def test_null_is_fine_where_it_is_allowed(self) -> None:
        assert self.found("GET", "/v1/refunds/re_1", {**REFUND, "charge": None}) == []

    def test_null_is_found_where_it_is_not_allowed(self) -> None:
        assert self.found("GET", "/v1/refunds/re_1", {**REFUND, "amount": None})

    def test_an_error_is_held_against_the_schema_of_errors(self) -> None:
        assert self.found("GET", "/v1/refunds/re_1", {"message": "no"}, 404)

    def test_a_made_up_success_is_found(self) -> None:
        assert self.found("GET", "/v1/made_up", {})

    def test_what_is_unknown_may_be_missing(self) -> None:
        assert self.found("GET", "/v1/made_up", {}, 404) == []

    def test_answers_that_contradict_their_own_samples_do_not_count(self) -> None:
        answer = Answer(body={"anything": "goes"})
        assert Contract.paystack().answer_faults(request("GET", "/refund"), answer) == []

    def test_preauthorization_exists_though_it_is_not_specified(self) -> None:
        asked = request("POST", "/preauthorization/capture", sends={})
        assert Contract.paystack().answer_faults(asked, Answer(body={})) == []

    def test_a_wrong_answer_of_paystack_is_found(self) -> None:
        asked = request("POST", "/transaction/initialize", sends=CHARGE)
        assert Contract.paystack().answer_faults(asked, Answer(body={"status": "yes"}))


@needs_contracts
@pytest.mark.parametrize(
    "name",
    ["checkout.session", "payment_intent", "charge", "refund", "customer", "setup_intent", "event"],
)
def test_official_examples_have_no_faults(name: str) -> None:
    example = official("stripe/fixtures3.json")["resources"][name]
    assert Contract.stripe().object_faults(name, example) == []
