"""Shows the example site: python3 example_project/run.py [--port 8000 | --check]

Nothing needs to be installed but Python. --check visits the pages and says whether all are well.
"""

from __future__ import annotations

import sys

# Before anything else, so that an older Python says this sentence and not what it can't read.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("The site needs Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".")

import argparse
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.crawl import Visit, crawl
from tools.environment import Environment, say

HERE = Path(__file__).resolve().parent
EXAMPLE = Environment("example", "django-bookable for the example site")
PAGES = ("/", "/admin/login/", "/admin/", "/login/", "/s/yoga/wait/", "/mine/", "/desk/")
PATIENCE = 60
LINES_OF_A_FAILURE = 40


def main(arguments: list[str]) -> int:
    options = read(arguments)
    if not options.check and (complaint := complaint_about(options.port)):
        sys.exit(complaint)
    EXAMPLE.enter(HERE / "run.py", arguments)
    try:
        return check() if options.check else show(options.port)
    except KeyboardInterrupt:
        return 130 if options.check else 0
    except subprocess.CalledProcessError as failure:
        return failure.returncode


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Shows the example site.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--check", action="store_true", help="visit the pages, then stop")
    return parser.parse_args(arguments)


def show(port: int) -> int:
    fill_database()
    say(f"\nThe site is at http://127.0.0.1:{port}/ until you press Ctrl-C.\n")
    subprocess.run(manage("runserver", f"127.0.0.1:{port}"), cwd=HERE, check=True)
    return 0


def check() -> int:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["EXAMPLE_DATABASE"] = str(Path(folder) / "example.sqlite3")
        fill_database()
        log = Path(folder) / "server.log"
        with running_site(log) as site:
            visits = [seen(visit) for visit in crawl(site, PAGES)]
        bad = [visit for visit in visits if not visit.is_good]
        if bad:
            say("\n".join(["", *log.read_text().splitlines()[-LINES_OF_A_FAILURE:], ""]))
    say(f"{len(visits) - len(bad)} pages are well, {len(bad)} are not.")
    return 1 if bad else 0


def seen(visit: Visit) -> Visit:
    say(f"{visit.status or 'no answer'}  {visit.path}{'' if visit.is_good else '  <- not well'}")
    return visit


def fill_database() -> None:
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)  # may be another project's, from the shell
    subprocess.run(manage("migrate", "--verbosity", "0"), cwd=HERE, check=True)
    subprocess.run(manage("demo"), cwd=HERE, check=True)


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


@contextmanager
def running_site(log: Path) -> Iterator[str]:
    port = free_port()
    command = manage("runserver", "--noreload", f"127.0.0.1:{port}")
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=HERE, stdout=output, stderr=output)
    try:
        wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)


def complaint_about(port: int) -> str:
    """Why the site can't have this port; nothing if it can."""
    with socket.socket() as door:
        # As the server does it; else a port counts as taken for a minute after a server's end.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "there is no such port"
            return f"Port {port} can't be used ({reason}); choose another one with --port."
    return ""


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
