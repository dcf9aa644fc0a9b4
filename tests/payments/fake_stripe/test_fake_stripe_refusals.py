"""What the fake Stripe must refuse, with the specification at hand and without it."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from tests.payments.contract import MISSING
from tests.payments.stripe_client import KEY, Client, payment_params, playing, stripe

from bookable.testing.fakes.stripe import FakeStripe


@pytest.fixture(params=["alone", "specified"])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeStripe]:
    if request.param == "specified" and MISSING:
        pytest.skip(MISSING)
    with playing(specified=request.param == "specified") as fake:
        yield fake


def refused(fake: FakeStripe, **asked: Any) -> Any:
    """The refusal of an intent that is like a good one but for this."""
    with Client(fake) as client, pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.create({"amount": 2000, "currency": "eur", **asked})
    return refusal.value


class TestFields:
    @pytest.mark.parametrize(
        "asked",
        [
            {"amonut": 2000},
            {"automatic_payment_methods": {"enable": True}},
            {"capture_method": "whenever"},
            {"amount": "20.00"},
            {"metadata": {"a": {"b": "c"}}},
            {"expand": "latest_charge"},
            {"allowed_payment_method_types": ["card"]},
        ],
    )
    def test_what_stripe_does_not_know_has_no_effect(
        self, fake: FakeStripe, asked: dict[str, Any]
    ) -> None:
        refused(fake, **asked)
        assert fake.objects("payment_intent") == []

    @pytest.mark.parametrize("left_out", ["amount", "currency"])
    def test_what_is_required_cannot_be_left_out(self, client: Client, left_out: str) -> None:
        params = {"amount": 2000, "currency": "eur"}
        del params[left_out]
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.create(params)

    def test_an_unknown_filter_is_refused(self, client: Client) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.refunds.list({"reason": "fraudulent"})

    def test_a_refund_for_a_reason_of_ones_own_is_refused(
        self, fake: FakeStripe, client: Client
    ) -> None:
        intent = client.paid()
        with pytest.raises(stripe.InvalidRequestError):
            client.refund(intent, reason="whim")
        assert fake.objects("refund") == []

    def test_the_code_tells_unknown_from_missing(self, fake: FakeStripe) -> None:
        unknown = refused(fake, amonut=1)
        missing = refused(fake, automatic_payment_methods={"allow_redirects": "never"})
        assert (unknown.code, unknown.param) == ("parameter_unknown", "amonut")
        assert missing.code == "parameter_missing"
        assert missing.param == "automatic_payment_methods[enabled]"

    def test_a_number_that_is_none_is_named(self, fake: FakeStripe) -> None:
        refusal = refused(fake, amount="20.00")
        assert (refusal.code, refusal.param) == ("parameter_invalid_integer", "amount")

    @pytest.mark.parametrize(
        "metadata",
        [{str(number): "x" for number in range(51)}, {"x" * 41: "x"}, {"x": "x" * 501}],
        ids=["too many", "long key", "long value"],
    )
    def test_metadata_is_small(self, fake: FakeStripe, metadata: dict[str, str]) -> None:
        assert refused(fake, metadata=metadata).param.startswith("metadata")

    @pytest.mark.parametrize(
        "changed",
        [
            {"success_url": "somewhere"},
            {"line_items": []},
            {"mode": "subscription"},
            {"customer_email": "ada"},
            {"client_reference_id": "x" * 201},
            {"setup_intent_data": {"description": "x"}},
            {"currency": "usd"},
            {"customer": "cus_1"},
        ],
        ids="-".join,
    )
    def test_a_session_that_makes_no_sense_is_refused(
        self, fake: FakeStripe, changed: dict[str, Any]
    ) -> None:
        with Client(fake) as client, pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.create({**payment_params(), **changed})
        assert fake.objects("checkout.session") == []

    def test_a_session_has_one_currency(self, fake: FakeStripe) -> None:
        lines = payment_params()["line_items"] + payment_params(currency="usd")["line_items"]
        with Client(fake) as client, pytest.raises(stripe.InvalidRequestError):
            client.checkout(line_items=lines)


class TestAmounts:
    @pytest.mark.parametrize(
        ("amount", "currency"),
        [(50, "eur"), (30, "gbp"), (50, "jpy"), (500, "isk"), (1230, "kwd"), (99_999_999, "eur")],
    )
    def test_a_good_amount_is_charged(self, client: Client, amount: int, currency: str) -> None:
        assert client.paid(amount, currency).amount_received == amount

    @pytest.mark.parametrize(
        ("amount", "currency", "code"),
        [
            (49, "eur", "amount_too_small"),
            (29, "gbp", "amount_too_small"),
            (49, "jpy", "amount_too_small"),
            (0, "eur", "amount_too_small"),
            (100_000_000, "eur", "amount_too_large"),
            (1234, "kwd", "parameter_invalid_integer"),
            (550, "isk", "parameter_invalid_integer"),
        ],
    )
    def test_other_amounts_are_refused(
        self, client: Client, amount: int, currency: str, code: str
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.checkout(amount, currency)
        assert refusal.value.code == code

    def test_a_currency_of_no_country_is_refused(self, client: Client) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.create({"amount": 2000, "currency": "zzz"})
        assert refusal.value.param == "currency"


class TestKeys:
    def test_a_key_that_nobody_gave_out_is_refused(self, fake: FakeStripe) -> None:
        with Client(fake, "pk_something") as client, pytest.raises(stripe.AuthenticationError):
            client.checkout()
        assert fake.objects("checkout.session") == []

    def test_a_registered_key_works(self, fake: FakeStripe) -> None:
        fake.register("rk_test_ours")
        with Client(fake, "rk_test_ours") as client:
            assert client.checkout().livemode is False

    def test_a_bad_key_is_noticed_before_bad_fields(self, fake: FakeStripe) -> None:
        with Client(fake, "pk_something") as client, pytest.raises(stripe.AuthenticationError):
            client.v1.refunds.list({"reason": "fraudulent"})

    def test_a_revoked_key_is_refused(self, fake: FakeStripe, client: Client) -> None:
        client.checkout()
        fake.revoke(KEY)
        with pytest.raises(stripe.AuthenticationError):
            client.checkout()

    def test_after_a_rotation_the_new_key_finds_everything(
        self, fake: FakeStripe, client: Client
    ) -> None:
        session = client.checkout()
        fake.revoke(KEY)
        with Client(fake, "sk_test_new") as renewed:
            assert renewed.v1.checkout.sessions.retrieve(session.id).id == session.id

    def test_a_live_key_makes_live_objects(self, fake: FakeStripe) -> None:
        with Client(fake, "sk_live_ours") as client:
            intent = client.paid()
        assert intent.livemode is True
        assert all(event["livemode"] for event in fake.outbox.events)

    def test_live_and_test_do_not_see_each_other(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout()
        with Client(fake, "sk_live_ours") as live, pytest.raises(stripe.InvalidRequestError):
            live.v1.checkout.sessions.retrieve(session.id)

    def test_keys_of_two_accounts_do_not_see_each_other(
        self, fake: FakeStripe, client: Client
    ) -> None:
        fake.register("sk_test_other", account="acct_other")
        session = client.checkout()
        with Client(fake, "sk_test_other") as other:
            with pytest.raises(stripe.InvalidRequestError):
                other.v1.checkout.sessions.retrieve(session.id)
            assert other.v1.checkout.sessions.list().data == []

    def test_a_connected_account_has_its_own_objects(
        self, fake: FakeStripe, client: Client
    ) -> None:
        options = {"stripe_account": "acct_provider"}
        session = client.v1.checkout.sessions.create(payment_params(), options)
        fake.pay_checkout(session.id)
        assert client.v1.checkout.sessions.list().data == []
        assert {event["account"] for event in fake.outbox.events} == {"acct_provider"}


class TestPaths:
    def test_an_unknown_id_is_missing(self, client: Client) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.retrieve("pi_nothing")
        assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")

    def test_an_id_of_something_else_is_missing(self, client: Client) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.refunds.retrieve(client.paid().id)
        assert refusal.value.code == "resource_missing"

    def test_a_path_of_no_operation_is_not_found(self, client: Client) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.raw("get", "/v1/weather")
        assert refusal.value.http_status == 404

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", "/v1/payment_intents/search?query=x"),
            ("post", "/v1/transfers?"),
            ("get", "/v1/balance"),
            ("get", "/v1/coupons"),
        ],
    )
    def test_what_the_fake_cannot_do_it_does_not_make_up(
        self, fake: FakeStripe, method: str, path: str
    ) -> None:
        with Client(fake) as client, pytest.raises(stripe.APIError) as refusal:
            client.raw(method, path)
        assert refusal.value.http_status == 501

    def test_a_get_carries_no_body(self, fake: FakeStripe) -> None:
        request = urllib.request.Request(
            f"{fake.url}/v1/refunds",
            data=b"limit=1",
            headers={"Authorization": f"Bearer {KEY}"},
            method="GET",
        )
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(request, timeout=5)
        refusal.value.close()
        assert refusal.value.code == 400
