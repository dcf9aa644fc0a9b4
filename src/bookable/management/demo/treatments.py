"""The demo's treatments: with rooms, of several lengths, on request, at night, by private link."""

from __future__ import annotations

from bookable.catalog.models import (
    Category,
    DurationChoice,
    Extra,
    PaymentMode,
    Pool,
    Question,
    QuestionKind,
    Service,
    Visibility,
)
from bookable.catalog.set_needs import NeedSpec, set_needs
from bookable.management.demo.offering import add_service
from bookable.management.demo.people import Cast

HOUR, DAY = 60, 24 * 60


def load_treatments(cast: Cast, category: Category) -> None:
    _physiotherapy(cast, category)
    _massage(cast, category)
    _home_visit(cast, category)
    _others(cast, category)


def _physiotherapy(cast: Cast, category: Category) -> None:
    """Staff and a room, extras, questions, and one provider with a price of her own."""
    service = add_service(
        "physiotherapy",
        "Physiotherapy",
        category,
        [cast["ann"], cast["bob"], cast["uma"]],
        tags=["back pain", "sports"],
        description="Hands, exercises and a plan to take home. It takes a therapist and a room.",
        duration=45,
        slot_interval=15,
        price=45_00,
        payment=PaymentMode.FULL,
        min_notice=2 * HOUR,
        video=False,
        phone=False,
    )
    if service is None:
        return
    service.locations.add(cast.place)
    service.offerings.filter(provider=cast["ann"]).update(price=55_00)
    set_needs(service, [NeedSpec(), NeedSpec(pool=Pool.objects.get(slug="treatment-rooms"))])
    Extra.objects.create(service=service, name="Heat pack", slug="heat-pack", price=5_00)
    Extra.objects.create(
        service=service, name="Longer warm-up", slug="warm-up", price=8_00, minutes=15, position=1
    )
    _ask_about(service)


def _ask_about(service: Service) -> None:
    before = Question.objects.create(
        service=service,
        slug="been-before",
        label="Have you been here before?",
        kind=QuestionKind.BOOLEAN,
    )
    Question.objects.create(
        service=service,
        slug="last-time",
        label="What helped last time?",
        kind=QuestionKind.LONG_TEXT,
        shown_if=before,
        shown_if_answer=True,
        position=1,
    )
    Question.objects.create(
        service=service,
        slug="where",
        label="Where does it hurt?",
        kind=QuestionKind.CHOICES,
        options=["Back", "Neck", "Knee", "Somewhere else"],
        is_required=True,
        position=2,
    )


def _massage(cast: Cast, category: Category) -> None:
    """Three lengths to choose from."""
    service = add_service(
        "massage",
        "Massage",
        category,
        [cast["ann"], cast["bob"]],
        tags=["relaxation"],
        position=1,
        description="Back, shoulders and neck. Half an hour, an hour or the long one.",
        duration=60,
        slot_interval=30,
        buffer_after=10,
        price=40_00,
        payment=PaymentMode.DESK,
        video=False,
        phone=False,
    )
    if service is not None:
        DurationChoice.objects.create(service=service, minutes=30, price=25_00)
        DurationChoice.objects.create(service=service, minutes=90)


def _home_visit(cast: Cast, category: Category) -> None:
    """On request, and it must be said where."""
    service = add_service(
        "home-visit",
        "Home visit",
        category,
        [cast["ann"], cast["bob"]],
        position=2,
        description="We come to you. Ask for a time and we answer within a day.",
        duration=90,
        buffer_before=30,
        buffer_after=30,
        price=95_00,
        payment=PaymentMode.DEPOSIT,
        deposit_percent=20,
        requires_approval=True,
        respond_by=DAY,
        max_per_day=2,
        video=False,
        phone=False,
    )
    if service is not None:
        Question.objects.create(
            service=service,
            slug="address",
            label="Where do we come to?",
            help_text="Street, number and town.",
            is_required=True,
        )


def _others(cast: Cast, category: Category) -> None:
    """At night, and by a private link."""
    add_service(
        "night-care",
        "Night care",
        category,
        [cast["nora"]],
        tags=["night"],
        position=3,
        description="A nurse who stays with you, between ten in the evening and six.",
        duration=120,
        slot_interval=60,
        price=120_00,
        payment=PaymentMode.DEPOSIT,
        deposit_percent=25,
        video=False,
        phone=False,
    )
    add_service(
        "staff-check-up",
        "Staff check-up",
        category,
        [cast["ann"]],
        position=4,
        description="For our own people: only those who have the link see it.",
        duration=30,
        visibility=Visibility.LINK,
        video=False,
        phone=False,
    )
