"""Idempotency keys: the first answer comes back, whatever it was."""

from __future__ import annotations

from bookable.testing.fakes.server import Answer, Request
from bookable.testing.fakes.stripe.errors import Refusal, key_in_use, key_reused
from bookable.testing.fakes.stripe.world import Kept, World

KEPT_FOR = 24 * 3600
LONGEST = 255


def key_of(request: Request) -> str | None:
    """The key of a request; only a POST has one."""
    key = request.headers.get("idempotency-key")
    if request.method != "POST" or not key:
        return None
    if len(key) > LONGEST:
        raise Refusal(f"Idempotency keys have at most {LONGEST} characters.", stored=False)
    return key


def replay(world: World, key: str, request: Request, held: set[str]) -> Answer | None:
    """The answer that this key has had before, if any."""
    if key in held:
        raise key_in_use(key)
    kept = world.kept.get(key)
    if kept is None or kept.since + KEPT_FOR <= world.now():
        return None
    if kept.request != _told_apart_by(request):
        raise key_reused(key)
    headers = {**kept.answer.headers, "Idempotent-Replayed": "true"}
    return Answer(body=kept.answer.body, status=kept.answer.status, headers=headers)


def remember(world: World, key: str, request: Request, answer: Answer) -> None:
    """Keeps an answer for the next request with this key."""
    world.kept[key] = Kept(_told_apart_by(request), answer, world.now())


def _told_apart_by(request: Request) -> tuple[str, str, str]:
    fields = sorted(request.body.decode("utf-8", "replace").split("&"))
    return request.method, request.path, "&".join(fields)
