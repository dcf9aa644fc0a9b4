from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from example_project.run import complaint_about, free_port

ROOT = Path(__file__).resolve().parent.parent.parent


def old_pythons() -> Iterator[str]:
    for version in ("3.10", "3.9", "3.8"):
        installed = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
        yield from (str(path) for path in installed.glob(f"{version}.*/bin/python{version}"))
        if found := shutil.which(f"python{version}"):
            yield found


@pytest.fixture(scope="module")
def old_python() -> str:
    for python in old_pythons():
        # pyenv leaves a python3.10 on the PATH that only says it isn't chosen.
        if subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
            return python
    pytest.skip("no Python older than 3.11 is installed")


@pytest.mark.parametrize("script", ["tests/run.py", "example_project/run.py"])
def test_an_older_python_is_said_in_one_sentence(script: str, old_python: str) -> None:
    run = subprocess.run(
        [old_python, script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert " Python 3.11 or newer; this is Python 3." in run.stderr


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = subprocess.run(
            [sys.executable, "example_project/run.py", "--port", str(port)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert f"Port {port} can't be used" in run.stderr


def test_a_free_port_is_no_complaint() -> None:
    assert complaint_about(free_port()) == ""


def test_a_port_that_can_not_be_is_said_in_one_sentence() -> None:
    assert "there is no such port" in complaint_about(99_999)
