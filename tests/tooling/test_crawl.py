from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tools.crawl import Visit, crawl, links_within

SITE = "http://127.0.0.1:8000"
PAGES = {
    "/": '<a href="/good/">Good</a> <a href="/gone/">Gone</a> <a href="/good/#part">Part</a>',
    "/good/": '<a href="/deeper/">too deep to be visited</a>',
    "/login/": "Who are you?",
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path in PAGES else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGES.get(self.path, "").encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def links(text: str, page: str = "/shop/") -> list[str]:
    return links_within(SITE, Visit(page, 200, text))


def test_the_pages_come_first_and_then_the_links_of_the_first(site: str) -> None:
    visits = [(visit.path, visit.status) for visit in crawl(site, ["/", "/login/"])]
    assert visits == [("/", 200), ("/login/", 200), ("/good/", 200), ("/gone/", 404)]


def test_a_site_that_does_not_answer_is_not_well() -> None:
    (visit,) = crawl("http://127.0.0.1:9", ["/"])
    assert not visit.is_good


def test_a_page_that_shows_a_traceback_is_not_well() -> None:
    assert not Visit("/", 200, "Traceback (most recent call last)").is_good


def test_a_link_may_be_relative() -> None:
    assert links('<a href="one/?day=2">') == ["/shop/one/?day=2"]


def test_pictures_and_styles_are_visited() -> None:
    assert links('<img src="/a.png"><link href="/b.css">') == ["/a.png", "/b.css"]


def test_other_sites_are_left_alone() -> None:
    assert links('<a href="https://example.com/"><a href="mailto:a@example.com">') == []
