"""What the fake companies have in common: a real HTTP server whose answers can be disturbed."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from bookable.testing.fakes.faults import Faults, Mode

_HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as it arrived. Names of headers are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is sent back; a body that is no bytes goes out as JSON."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Contract(Protocol):
    """The company's own specification, if it is at hand: what is wrong, a sentence each."""

    def request_faults(self, request: Request) -> list[str]: ...

    def answer_faults(self, request: Request, answer: Answer) -> list[str]: ...


class FakeServer:
    """A company on 127.0.0.1, for as long as a `with` block lasts.

    `requests` are all that arrived, `off_specification` what it answered and should not have.
    Tests may set `offset`, by which its clock goes ahead of ours.
    """

    def __init__(self, *, contract: Contract | None = None) -> None:
        self.contract = contract
        self.faults = Faults()
        self.requests: list[Request] = []
        self.off_specification: list[str] = []
        self.offset = timedelta(0)
        self.lock = threading.RLock()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where it answers; to be given to a gateway as `api_base`."""
        assert self._server is not None, "The fake runs only within its with block."
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def now(self) -> datetime:
        """The company's own clock."""
        return datetime.now(UTC) + self.offset

    def __enter__(self) -> Self:
        self._server = _Listener(("127.0.0.1", 0), _handler(self.answer))
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, request: Request) -> Answer | None:
        """The answer to one request; None if the line goes dead."""
        with self.lock:
            self.requests.append(request)
            fault = self.faults.take(str(request))
        mode = fault.mode if fault is not None else None
        if mode == Mode.DROP_BEFORE:
            return None
        answer = self._worked(request, mode)
        if fault is None:
            return answer
        if mode == Mode.SLOW_AFTER:
            time.sleep(fault.seconds)
        if mode == Mode.HTML_AFTER:
            return Answer(body=_HTML, status=502, headers={"Content-Type": "text/html"})
        return None if mode == Mode.DROP_AFTER else answer

    def operate(self, request: Request, *, broken: bool, busy: bool) -> Answer:
        """What the company does with a request.

        `broken` asks for its error 500 without an effect, `busy` for its error 429.
        """
        raise NotImplementedError

    def refuse(self, request: Request, faults: list[str]) -> Answer:
        """Its answer to a request that its specification doesn't know."""
        raise NotImplementedError

    def _worked(self, request: Request, mode: Mode | None) -> Answer:
        if self.contract is not None and (faults := self.contract.request_faults(request)):
            return self.refuse(request, faults)
        with self.lock:
            answer = self.operate(
                request, broken=mode == Mode.ERROR_BEFORE, busy=mode == Mode.BUSY_BEFORE
            )
        if self.contract is not None:
            wrong = self.contract.answer_faults(request, answer)
            self.off_specification += [f"{request}: {sentence}" for sentence in wrong]
        return answer


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # with the usual five, a crowd that knocks at once is turned away


def _handler(answer: Callable[[Request], Answer | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for each answer; the client waits for the second one otherwise

        def _respond(self) -> None:
            found = answer(self._request())
            if found is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(found.status)
            for name, value in {"Content-Type": "application/json", **found.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.content)))
            self.end_headers()
            self.wfile.write(found.content)

        # the names by which the base class looks for them
        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _respond  # noqa: N815

        def _request(self) -> Request:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            return Request(
                method=self.command,
                path=parts.path,
                query=parts.query,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing: a test that fails says enough."""

    return Handler
