"""What can be booked in the demo."""

from __future__ import annotations

from bookable.catalog.models import Category, PaymentMode, ZoneMode
from bookable.catalog.set_needs import NeedSpec, set_needs
from bookable.management.demo.offering import add_service
from bookable.management.demo.people import Cast
from bookable.management.demo.treatments import load_treatments

A_DAY = 24 * 60


def load_services(cast: Cast) -> None:
    treatments, advice, classes = _categories("Treatments", "Advice", "Classes")
    load_treatments(cast, treatments)
    _advice(cast, advice)
    _classes(cast, classes)


def _categories(*names: str) -> list[Category]:
    return [
        Category.objects.get_or_create(
            slug=name.lower(), defaults={"name": name, "position": position}
        )[0]
        for position, name in enumerate(names)
    ]


def _advice(cast: Cast, category: Category) -> None:
    """Buffers, a day's notice, one for each customer; a video call in the customer's zone."""
    add_service(
        "first-consultation",
        "First consultation",
        category,
        [cast["carla"]],
        description="What is wrong, what helps, and with whom. Book it a day ahead.",
        duration=50,
        slot_interval=30,
        buffer_before=15,
        buffer_after=15,
        min_notice=A_DAY,
        max_per_customer=1,
        price=60_00,
        payment=PaymentMode.FULL,
        video=False,
    )
    add_service(
        "online-coaching",
        "Online coaching",
        category,
        [cast["sam"]],
        tags=["online", "nutrition"],
        position=1,
        description="Half an hour by video, wherever you are. Sam sits in New York.",
        duration=30,
        price=35_00,
        payment=PaymentMode.FULL,
        zone_mode=ZoneMode.CUSTOMER,
        in_person=False,
        phone=False,
    )


def _classes(cast: Cast, category: Category) -> None:
    """Seats; and a bike for every seat."""
    add_service(
        "yoga",
        "Yoga",
        category,
        [cast["dev"]],
        tags=["yoga"],
        description="An hour of stretching and quiet. Mats are here.",
        capacity=12,
        minimum=3,
        price=12_00,
        payment=PaymentMode.DESK,
        video=False,
        phone=False,
    )
    spinning = add_service(
        "spinning",
        "Spinning",
        category,
        [cast["dev"]],
        tags=["spinning", "sports"],
        position=1,
        description="Eight bikes, loud music, forty-five minutes.",
        duration=45,
        slot_interval=60,
        capacity=8,
        minimum=2,
        price=15_00,
        payment=PaymentMode.DESK,
        video=False,
        phone=False,
    )
    if spinning is not None:
        bikes = NeedSpec(providers=(cast["spin-bikes"],), per_seat=True)
        set_needs(spinning, [NeedSpec(), bikes])
