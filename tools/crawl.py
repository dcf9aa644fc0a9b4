"""Visits pages of a running site, and the pages that its first page links to."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urldefrag, urljoin, urlsplit

PATIENCE = 60
#: Where a page names another thing of the site.
POINTERS = {"a": "href", "link": "href", "script": "src", "img": "src"}


@dataclass(frozen=True)
class Visit:
    path: str
    status: int
    text: str = ""

    @property
    def is_good(self) -> bool:
        return self.status == 200 and "Traceback" not in self.text


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get(POINTERS.get(tag, ""))
        if target:
            self.found.append(target)


def crawl(site: str, pages: Sequence[str]) -> Iterator[Visit]:
    """The pages, then whatever the first of them links to within the site."""
    browser = _browser()
    first = _visit(browser, site, pages[0])
    yield first
    # A dict, because it keeps the order and forgets repetitions.
    for path in dict.fromkeys([*pages[1:], *links_within(site, first)]):
        if path != first.path:
            yield _visit(browser, site, path)


def links_within(site: str, visit: Visit) -> list[str]:
    parser = Links()
    parser.feed(visit.text)
    absolute = [urldefrag(urljoin(site + visit.path, link)).url for link in parser.found]
    return [_path(url) for url in absolute if url.startswith(site + "/")]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _browser() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}),  # the site is on this machine, whatever the proxy
        urllib.request.HTTPCookieProcessor(CookieJar()),
    )


def _visit(browser: urllib.request.OpenerDirector, site: str, path: str) -> Visit:
    try:
        with browser.open(site + path, timeout=PATIENCE) as response:
            readable = response.headers.get_content_maintype() == "text"
            text = response.read().decode("utf-8", "replace") if readable else ""
            return Visit(path, response.status, text)
    except urllib.error.HTTPError as error:
        with error:
            return Visit(path, error.code, error.read().decode("utf-8", "replace"))
    except OSError:  # it hung up, or took too long
        return Visit(path, 0)
