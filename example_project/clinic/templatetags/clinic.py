from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import number_format

from bookable.availability.answers import Reason
from bookable.bookings.actors import Role
from bookable.bookings.telling import event_text, who_text
from bookable.models import Extra, Service, Session, State, WaitingEntry
from bookable.money import Money, currency_digits
from clinic.booking_page import Told
from clinic.people import works_here
from clinic.zones import city as city_of
from clinic.zones import offset

register = template.Library()

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
AMOUNT = re.compile(rf"(-?[\d.,]+) ({'|'.join(SYMBOLS)})\b")
HOUR = 60


@register.filter
def price(money: Money) -> str:
    """“£40.00”."""
    if not money:
        return "no charge"
    symbol = SYMBOLS.get(money.currency, f"{money.currency} ")
    return symbol + number_format(money.decimal, currency_digits(money.currency))


@register.filter
def price_from(service: Service) -> str:
    """What it costs; “from” the least, where people or lengths differ."""
    own = {offering.price for offering in service.offerings.all()} or {None}
    prices = {service.price if price is None else price for price in own}
    for choice in service.duration_choices.all():
        in_proportion = service.price * choice.minutes // service.duration
        prices.add(in_proportion if choice.price is None else choice.price)
    least = price(Money(min(prices), service.currency))
    return f"from {least}" if len(prices) > 1 else least


@register.filter
def extra_price(extra: Extra) -> str:
    return price(Money(extra.price, extra.service.currency))


@register.filter
def minutes(count: int) -> str:
    """“45 minutes”, “1 hour 30 minutes”."""
    hours, rest = divmod(count, HOUR)
    words = [f"{hours} hour{'s' * (hours != 1)}"] if hours else []
    if rest or not hours:
        words.append(f"{rest} minute{'s' * (rest != 1)}")
    return " ".join(words)


@register.filter
def lengths(service: Service) -> str:
    """“45 minutes”, “30, 60 or 90 minutes”."""
    *others, longest = sorted(service.durations)
    if not others:
        return minutes(longest)
    return f"{', '.join(map(str, others))} or {longest} minutes"


@register.filter
def city(zone: str) -> str:
    return city_of(zone)


@register.filter
def interval(reason: Reason, zone: str) -> str:
    """“Tue 1 Dec, 13:00–14:00” in a zone."""
    if reason.interval is None:
        return ""
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in reason.interval)
    if start.utcoffset() != end.utcoffset():  # the clock is changed in between
        return f"{written(start)} {offset(start)} – {written(end)} {offset(end)}"
    if start.date() == end.date():
        return f"{written(start)}–{end:%H:%M}"
    return f"{written(start)} – {written(end)}"


def written(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}, {moment:%H:%M}"


@register.filter
def with_symbols(sentence: object) -> str:
    """“You lose £25.00” where the library says “You lose 25.00 GBP”."""
    return AMOUNT.sub(lambda found: f"{SYMBOLS[found[2]]}{found[1]}", str(sentence))


@register.filter
def amount(money: Money) -> str:
    """“−£5.00”, and nothing is “£0.00”."""
    shown = with_symbols(abs_of(money))
    return f"−{shown}" if money.amount < 0 else shown


def abs_of(money: Money) -> Money:
    return Money(abs(money.amount), money.currency)


@register.filter
def period(session: Session, zone: str) -> str:
    """“Tuesday 24 November 2026, 10:00–11:00”."""
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in (session.start, session.end))
    if start.date() == end.date():
        return f"{day_of(start)}, {start:%H:%M}–{end:%H:%M}"
    return f"{day_of(start)}, {start:%H:%M} – {day_of(end)}, {end:%H:%M}"


@register.filter
def wanted(entry: WaitingEntry, zone: str) -> str:
    """“Sunday 29 November”, where that is all of it; “26 November, 18:00” for a single start."""
    first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (entry.earliest, entry.latest))
    if first == last:
        return f"{day_of(first)}, {first:%H:%M}"
    is_whole = (f"{first:%H:%M}", f"{last:%H:%M}") == ("00:00", "23:59")
    shown = [day_of(day) if is_whole else f"{day_of(day)}, {day:%H:%M}" for day in (first, last)]
    return " to ".join(dict.fromkeys(shown))


def day_of(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B} {moment.year}"


@register.filter
def zone_of(session: Session, zone: str) -> str:
    """“London, UTC+1” on that day."""
    return in_zone(session.start, zone)


@register.filter
def in_zone(moment: datetime, zone: str) -> str:
    """The same of a moment."""
    return f"{city_of(zone)}, {offset(moment.astimezone(ZoneInfo(zone)))}"


@register.filter
def told(line: Told) -> str:
    """What happened, in a sentence."""
    return with_symbols(event_text(line.event, line.zone))


@register.filter
def whose(line: Told) -> str:
    """Who did it, as the customer sees it; nothing for what happens by itself."""
    return {Role.CUSTOMER: "You", Role.SYSTEM: ""}.get(Role(line.event.role), "We")


@register.filter
def who(line: Told) -> str:
    """Who did it, as the staff sees it."""
    return who_text(line.event)


register.filter("works_here", works_here)


@register.filter
def asked_in_vain(line: Told) -> bool:
    """Whether a request ran out, and not a hold."""
    return line.event.before == State.REQUESTED


@register.filter
def answered(answer: object) -> str:
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    return ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)
