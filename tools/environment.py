"""Makes a virtual environment for one of the repository's scripts, once, and runs it there.

It uses nothing but the standard library, so that a script can start on a bare Python.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "Scripts/python.exe" if os.name == "nt" else "bin/python"
LINES_OF_A_FAILURE = 15
NO_VENV = (
    "This Python can't make virtual environments: install its venv module first"
    " (on Debian and Ubuntu: apt-get install python3-venv), then run this again."
)
NOT_MADE = "The virtual environment could not be made."
NOT_INSTALLED = "The packages could not be installed; is the package registry reachable?"


class NotPrepared(Exception):
    """Says in one sentence why there is no environment, and perhaps what pip said."""


@dataclass(frozen=True)
class Environment:
    name: str
    #: What is installed, in words: "django-bookable with its test tools".
    contents: str
    extras: tuple[str, ...] = ()
    project: Path = ROOT

    @property
    def folder(self) -> Path:
        return self.project / ".venvs" / self.name

    @property
    def python(self) -> Path:
        return self.folder / PYTHON

    @property
    def is_running(self) -> bool:
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def prepare(self) -> bool:
        """Makes what is missing or out of date. False if all was there."""
        stamps = _Stamps(self.folder)
        if not (self.python.exists() and stamps.packages == self._packages()):
            self._make()
            self._install(f"Installing {self.contents} (a minute or two the first time) …")
        elif stamps.translations != self._translations():
            self._install("Compiling the changed translations …", "--no-deps")
        else:
            return False
        stamps.write(self._packages(), self._translations())
        return True

    def enter(self, script: Path, arguments: Sequence[str]) -> None:
        """Prepares the environment and, unless already inside, runs the script anew in it."""
        try:
            changed = self.prepare()
        except NotPrepared as failure:
            sys.exit(str(failure))
        except KeyboardInterrupt:
            sys.exit(130)
        if changed or not self.is_running:
            _replace_this_process([str(self.python), str(script), *arguments])

    def _make(self) -> None:
        for module in ("venv", "ensurepip"):
            if importlib.util.find_spec(module) is None:
                raise NotPrepared(NO_VENV)
        say(f"Making a virtual environment in .venvs/{self.name} …")
        # A folder without its stamp was left half-made; one with another stamp is out of date.
        shutil.rmtree(self.folder, ignore_errors=True)
        base = getattr(sys, "_base_executable", sys.executable)
        _run([base, "-m", "venv", str(self.folder)], NOT_MADE)

    def _install(self, announcement: str, *options: str) -> None:
        say(announcement)
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        quietly = ("--quiet", "--no-input", "--disable-pip-version-check")
        pip = [str(self.python), "-m", "pip", "install", *quietly, *options]
        _run([*pip, "--editable", f"{self.project}{extras}"], NOT_INSTALLED)

    def _packages(self) -> str:
        version = ".".join(map(str, sys.version_info[:3]))
        wanted = f"{version} {','.join(self.extras)}\n".encode()
        return _digest(wanted, (self.project / "pyproject.toml").read_bytes())

    def _translations(self) -> str:
        return _digest(*(po.read_bytes() for po in sorted(self.project.glob("src/**/*.po"))))


@dataclass(frozen=True)
class _Stamps:
    """What the environment was made from. Written last, so that a half-made one has none."""

    folder: Path

    @property
    def packages(self) -> str:
        return self._read("packages")

    @property
    def translations(self) -> str:
        return self._read("translations")

    def write(self, packages: str, translations: str) -> None:
        (self.folder / "translations.stamp").write_text(translations)
        (self.folder / "packages.stamp").write_text(packages)

    def _read(self, name: str) -> str:
        stamp = self.folder / f"{name}.stamp"
        return stamp.read_text() if stamp.exists() else ""


def say(line: str) -> None:
    print(line, flush=True)


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _run(command: Sequence[str], sentence: str) -> None:
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if result.returncode:
        said = result.stdout.strip().splitlines()[-LINES_OF_A_FAILURE:]
        raise NotPrepared("\n".join([*said, "", sentence]))


def _replace_this_process(command: list[str]) -> NoReturn:
    sys.stdout.flush()
    if os.name == "nt":  # where exec returns to the shell at once
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)
