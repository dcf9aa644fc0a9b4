"""What somebody sees when a page can't be shown: a sentence, and a way on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bookable.errors import BookableError, InvalidLink, InvalidQuery, NotFound

View = Callable[..., HttpResponse]
READING = ("GET", "HEAD")


def page(*methods: str) -> Callable[[View], View]:
    """A page to read, which answers to these methods too. What it can't do it says kindly."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, **kwargs)
            except Http404:
                return not_found(request)
            except InvalidLink as error:
                return link_gone(request, error)
            except BookableError as error:
                return refused(request, error)

        return require_http_methods([*READING, *methods])(wrapped)

    return decorate


def private(view: View) -> View:
    """A page that is meant for one person: nobody keeps it, lists it or passes its address on."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = view(request, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def refused(request: HttpRequest, error: BookableError) -> HttpResponse:
    """A sentence, for a question that makes no sense and for what can't be done as things are."""
    status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, InvalidQuery) else 409
    link = request.GET.get("link")
    again = request.path + (f"?{urlencode({'link': link})}" if link else "")
    context = {"sentence": str(error), "again": again}
    return render(request, "clinic/refused.html", context, status=status)


def link_gone(request: HttpRequest, error: InvalidLink) -> HttpResponse:
    return render(request, "clinic/link_gone.html", {"sentence": str(error)}, status=404)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "clinic/not_found.html", status=404)


def not_sent(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the cookie that shows that it is ours."""
    return render(request, "clinic/not_sent.html", status=403)
