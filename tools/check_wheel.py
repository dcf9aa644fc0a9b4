"""Says what a wheel lacks: python tools/check_wheel.py dist/*.whl"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"
#: What is made from other files; a .mo counts through its .po.
MADE = {".mo", ".pyc"}

# Runs in an environment that holds nothing but the wheel and what it depends on.
LOOK_INSIDE = """
import sys
from importlib.resources import files

import bookable

package = files("bookable")
for name in sys.stdin.read().splitlines():
    if not package.parent.joinpath(name).is_file():
        print(name, "was not installed")
"""


def main(wheels: list[str]) -> int:
    if len(wheels) != 1:
        sys.exit("Name one wheel: python tools/check_wheel.py dist/*.whl")
    wheel = Path(wheels[0])
    expected = sorted(expected_files(SOURCE))
    faults = [f"{name} is not in the wheel" for name in missing_from(wheel, expected)]
    faults += faults_when_installed(wheel, expected)
    print("\n".join(faults or [f"{wheel.name} holds all {len(expected)} files of the package."]))
    return 1 if faults else 0


def expected_files(source: Path) -> Iterator[str]:
    """Every file of the package, and the compiled form of every translation."""
    for path in (source / "bookable").rglob("*"):
        name = path.relative_to(source).as_posix()
        if path.is_file() and path.suffix not in MADE:
            yield name
            if path.suffix == ".po":
                yield name.removesuffix(".po") + ".mo"


def missing_from(wheel: Path, expected: Collection[str]) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return sorted(set(expected) - set(archive.namelist()))


def faults_when_installed(wheel: Path, expected: Collection[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        installed = _run([python, "-m", "pip", "install", "--no-input", wheel])
        if installed.returncode:
            return [*installed.stdout.splitlines(), f"{wheel.name} could not be installed"]
        looked = _run([python, "-I", "-c", LOOK_INSIDE], "\n".join(expected))
        return looked.stdout.splitlines()


def _run(command: Sequence[str | Path], told: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, input=told, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
