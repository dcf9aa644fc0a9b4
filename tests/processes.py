"""Programs of the system that the tests start, and the folders they live in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60
#: Where Debian keeps servers; a normal user's PATH lacks them.
SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


class Unavailable(Exception):
    """Why there is no such server, to be read after "because"."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    # Directly in the system's folder: the path of a unix socket may not exceed about 100 letters.
    with tempfile.TemporaryDirectory(prefix="bookable-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def find(program: str, *folders: Path) -> Path:
    places = [os.environ.get("PATH", os.defpath), *SYSTEM_FOLDERS, *map(str, folders)]
    found = shutil.which(program, path=os.pathsep.join(places))
    if found is None:
        raise Unavailable(f"{program} is not installed")
    return Path(found).resolve()


def hand_over(folder: Path, owner: str) -> str:
    """Gives the folder to the server's own user when we are root, as whom no server runs."""
    if getattr(os, "geteuid", lambda: -1)() != 0:
        return ""
    try:
        shutil.chown(folder, owner)
    except LookupError as error:
        raise Unavailable(f"there is no system user called {owner}") from error
    folder.chmod(0o755)
    return owner


def run(command: Sequence[str], folder: Path) -> None:
    # Into a file: a pipe would stay open as long as a server that the command leaves behind.
    with (folder / "output").open("w+") as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, check=False)
        output.seek(0)
        said = output.read().strip().splitlines()
    if done.returncode:
        reason = said[-1] if said else f"it ended with {done.returncode}"
        raise Unavailable(f"{Path(command[0]).name} failed ({reason})")


@contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    # In a session of its own, so that Ctrl-C stops the tests before it stops their server.
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        process.kill()  # its data goes with it, so there is nothing to save
        process.wait()


def wait_for(door: Path, process: subprocess.Popen[bytes], name: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as caller:
            if caller.connect_ex(str(door)) == 0:
                return
        time.sleep(0.05)
    raise Unavailable(f"{name} did not start")
