from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.admin.pages import (
    add_url,
    change_url,
    errors_on,
    filled_in,
    list_url,
    rows,
    run_action,
    save,
    told,
)

from bookable.models import Need, Question, Service
from bookable.testing import make_need, make_pool, make_provider, make_service

pytestmark = pytest.mark.django_db

ANYHOW = {"in_person": "on", "video": "on", "phone": "on"}


def page_of(client: Client, service: Service) -> str:
    return client.get(change_url(service)).content.decode()


class TestNeeds:
    def test_they_are_saved(self, admin_client: Client) -> None:
        service, ann = make_service(), make_provider("Ann")
        pool = make_pool("Rooms", make_provider("Room 1"))
        table = rows(
            "needs",
            {**ANYHOW, "quantity": 1, "providers": [ann.pk]},
            {**ANYHOW, "quantity": "", "pool": pool.pk, "per_seat": "on"},
        )
        save(admin_client, change_url(service), **table)
        first, second = service.needs.all()
        assert (first.quantity, list(first.providers.all())) == (1, [ann])
        assert (second.quantity, second.pool, second.per_seat) == (None, pool, True)

    def test_the_site_is_told_once(self, admin_client: Client, changes_told: Any) -> None:
        service = make_service()
        make_need(service, make_provider("Ann"))
        url = change_url(service)
        heard = changes_told(lambda: save(admin_client, url, **{"needs-0-per_seat": "on"}))
        assert heard == ["set_needs"]

    def test_impossible_needs_are_refused_with_the_reason(self, admin_client: Client) -> None:
        service, ann = make_service(), make_provider("Ann")
        table = rows("needs", {**ANYHOW, "quantity": 2, "providers": [ann.pk]})
        answer = save(admin_client, change_url(service), **table)
        assert "“2 of Ann” can never be met: there are only 1." in errors_on(answer)

    def test_nothing_at_all_is_saved_with_impossible_needs(self, admin_client: Client) -> None:
        service, ann = make_service("Massage"), make_provider("Ann")
        make_need(service, ann)
        changes = {"needs-0-quantity": 2, "name": "Haircut"}
        save(admin_client, change_url(service), **changes)
        service.refresh_from_db()
        assert (service.name, service.needs.get().quantity) == ("Massage", 1)

    def test_what_was_entered_is_still_there_after_a_refusal(self, admin_client: Client) -> None:
        service, ann = make_service(), make_provider("Ann")
        table = rows("needs", {**ANYHOW, "quantity": 2, "providers": [ann.pk]})
        answer: Any = save(admin_client, change_url(service), **table)
        needs = answer.context["inline_admin_formsets"][1].formset
        assert needs.forms[0]["quantity"].value() == "2"

    def test_a_new_service_with_impossible_needs_is_not_made(self, admin_client: Client) -> None:
        table = rows("needs", {**ANYHOW, "quantity": 2, "providers": [make_provider().pk]})
        save(admin_client, add_url(Service), name="Cut", slug="cut", **table)
        assert not Service.objects.exists()

    def test_they_may_draw_on_offerings_that_are_saved_along_with_them(
        self, admin_client: Client
    ) -> None:
        service, ann = make_service(), make_provider("Ann")
        offering = rows("offerings", {"provider": ann.pk, "weight": 1})
        save(admin_client, change_url(service), **offering, **rows("needs", ANYHOW))
        assert (service.offerings.count(), service.needs.count()) == (1, 1)

    def test_their_order_is_that_of_their_positions(self, admin_client: Client) -> None:
        service = make_service()
        make_need(service, make_provider("Ann"))
        make_need(service, make_provider("Room"))
        save(admin_client, change_url(service), **{"needs-0-position": 5})
        assert [need.providers.get().name for need in service.needs.all()] == ["Room", "Ann"]

    def test_one_can_be_deleted(self, admin_client: Client) -> None:
        service = make_service()
        make_need(service, make_provider("Ann"))
        save(admin_client, change_url(service), **{"needs-0-DELETE": "on"})
        assert not Need.objects.exists()


class TestWhatItTakes:
    def test_it_is_said_in_one_line(self, admin_client: Client) -> None:
        service = make_service()
        make_need(service, make_provider("Ann"), make_provider("Bob"))
        make_need(service, pool=make_pool("Rooms"), quantity=None, per_seat=True)
        assert "1 of Ann, Bob · all of Rooms for every seat" in page_of(admin_client, service)

    def test_without_a_need_it_takes_one_of_those_who_offer_it(self, admin_client: Client) -> None:
        service = make_service()
        make_provider("Ann", offers=service)
        assert "1 of Ann" in page_of(admin_client, service)

    def test_a_service_that_nobody_offers_says_so(self, admin_client: Client) -> None:
        assert "1 of nobody yet" in page_of(admin_client, make_service())

    def test_it_is_warned_of_those_whom_no_need_draws_on(self, admin_client: Client) -> None:
        service = make_service()
        make_provider("Ann", offers=service)
        make_need(service, pool=make_pool("Rooms", make_provider("Room")))
        messages = told(save(admin_client, change_url(service)))
        assert "Ann offers this service, but no need draws on them." in messages

    def test_it_is_not_warned_when_all_are_drawn_on(self, admin_client: Client) -> None:
        service = make_service()
        make_provider("Ann", offers=service)
        make_need(service)
        assert len(told(save(admin_client, change_url(service)))) == 1


class TestRuleSets:
    def test_the_settings_say_what_there_is_to_choose(
        self, admin_client: Client, settings: Any
    ) -> None:
        settings.BOOKABLE = {"RULESETS": {"night": []}}
        assert '<option value="night">night</option>' in page_of(admin_client, make_service())

    def test_one_that_the_settings_have_lost_must_be_replaced(self, admin_client: Client) -> None:
        service = make_service(rule_set="gone")
        assert filled_in(admin_client, change_url(service))["rule_set"] == "gone"
        assert "Select a valid choice" in errors_on(save(admin_client, change_url(service)))


class TestZones:
    def test_one_is_chosen_from_a_list(self, admin_client: Client) -> None:
        service = make_service()
        save(admin_client, change_url(service), zone="Europe/Berlin")
        service.refresh_from_db()
        assert service.zone == "Europe/Berlin"

    def test_an_old_name_stays_chosen(self, admin_client: Client) -> None:
        service = make_service(zone="US/Eastern")
        assert filled_in(admin_client, change_url(service))["zone"] == "US/Eastern"

    def test_a_name_that_nobody_knows_is_refused(self, admin_client: Client) -> None:
        answer = save(admin_client, change_url(make_service()), zone="Mars/Base")
        assert "is not a known time zone" in errors_on(answer)


class TestQuestions:
    def test_options_are_written_one_on_a_line(self, admin_client: Client) -> None:
        service = make_service()
        question = {"label": "How?", "slug": "how", "kind": "choice", "position": 0}
        table = rows("questions", {**question, "options": "Soft\n\nHard "})
        save(admin_client, change_url(service), **table)
        assert service.questions.get().options == ["Soft", "Hard"]

    @pytest.mark.parametrize("answer", [True, 5, "yes", "5", None, ["Soft"]])
    def test_an_answer_keeps_its_kind(self, admin_client: Client, answer: Any) -> None:
        service = make_service()
        first = Question.objects.create(service=service, slug="one", label="One?")
        second = Question.objects.create(
            service=service, slug="two", label="Two?", position=1, shown_if=first
        )
        Question.objects.filter(pk=second.pk).update(shown_if_answer=answer)
        save(admin_client, change_url(service), **{"questions-1-label": "Three?"})
        second.refresh_from_db()
        assert (second.label, second.shown_if_answer) == ("Three?", answer)

    def test_only_questions_of_the_service_can_come_before(self, admin_client: Client) -> None:
        service, other = make_service(), make_service()
        Question.objects.create(service=service, slug="one", label="Mine?")
        Question.objects.create(service=other, slug="two", label="Theirs?")
        assert "Theirs?" not in page_of(admin_client, service)


def test_the_private_link_is_shown(admin_client: Client) -> None:
    service = make_service()
    assert str(service.link_token) in page_of(admin_client, service)


def test_services_are_deactivated_and_activated(admin_client: Client) -> None:
    service = make_service()
    run_action(admin_client, "deactivate_them", service)
    service.refresh_from_db()
    assert not service.is_active
    run_action(admin_client, "activate_them", service)
    service.refresh_from_db()
    assert service.is_active


def test_one_who_may_only_look_has_no_actions(client_who_may: Any) -> None:
    service = make_service()
    run_action(client_who_may("view_service"), "deactivate_them", service)
    service.refresh_from_db()
    assert service.is_active


def test_one_without_permission_is_refused(client_who_may: Any) -> None:
    assert client_who_may().get(list_url(Service)).status_code == 403
