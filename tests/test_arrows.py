"""Imports point one way, so that each folder can be read without those above it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bookable

PACKAGE = Path(bookable.__file__).parent

#: Every folder may import those on a lower floor, and itself.
FLOORS = {
    "timeline": 1,
    "catalog": 2,
    "schedule": 3,
    "availability": 4,
    "payments": 4,
    "bookings": 5,
    "models": 6,  # the public door to all models, for those above them
    "admin": 7,
    "messages": 7,
    "web": 7,
    "templatetags": 8,
    "contrib": 9,
}
#: What lies beside the floors, and the neighbours that each of them may import.
BESIDE: dict[str, set[str]] = {
    "__init__": set(),
    "conf": {"errors", "money"},
    "errors": {"conf", "money"},
    "events": {"conf", "errors", "money", "signals"},
    "jobs": {"errors"},
    "money": {"conf", "errors"},
    "prepared": set(),
    "signals": {"conf", "errors", "money"},
    "sockets": {"conf", "errors"},
    "transactions": {"errors"},
}
#: These tie everything together: they may import all, and nothing else may import them.
KNOTS = {"apps", "checks", "management", "migrations", "testing", "urls"}
FREE = KNOTS | {"models"}
FOR_TYPES = {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def broken_arrows(package: Path) -> list[str]:
    """One line for every import that points the wrong way."""
    return [
        f"{path.relative_to(package)}: {target}"
        for path in sorted(package.rglob("*.py"))
        for target in imports_of(path, package)
        if not allowed(path.relative_to(package).with_suffix("").parts, target.split("."))
    ]


def allowed(source: tuple[str, ...], target: list[str]) -> bool:
    home, folder = source[0], ([*target[1:], ""])[0]
    if target[0] != "bookable":
        return not (home == "timeline" and target[0] == "django")
    if home == folder == "contrib":
        return source[1] == target[2]
    if home == folder or home in FREE or not folder:
        return True
    if home in BESIDE:
        return folder in BESIDE[home]
    if folder in BESIDE:
        return True
    return folder in FLOORS and FLOORS[folder] < FLOORS.get(home, 0)


def imports_of(path: Path, package: Path) -> Iterator[str]:
    """The full names of the modules that a file imports when it is loaded."""
    everywhere = path.relative_to(package).parts[0] == "timeline"
    for node in statements(ast.parse(path.read_text("utf-8")), into_functions=everywhere):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from names_from(node, path, package)


def names_from(node: ast.ImportFrom, path: Path, package: Path) -> Iterator[str]:
    parents = ["bookable", *path.relative_to(package).parts[:-1]]
    start = parents[: len(parents) + 1 - node.level] if node.level else []
    module = ".".join([*start, *(node.module or "").split(".")]).strip(".")
    if module in {"bookable", "bookable.contrib"}:
        yield from (f"{module}.{alias.name}" for alias in node.names if not dunder(alias.name))
    else:
        yield module


def statements(tree: ast.AST, *, into_functions: bool) -> Iterator[ast.AST]:
    """All statements that run on import; those only for the type checker don't."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in FOR_TYPES:
            otherwise = ast.Module(node.orelse, [])
            yield from statements(otherwise, into_functions=into_functions)
        elif into_functions or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            yield from statements(node, into_functions=into_functions)


def dunder(name: str) -> bool:
    return name.startswith("__")


def test_every_import_points_downwards() -> None:
    assert broken_arrows(PACKAGE) == []


def test_every_folder_and_module_has_its_place() -> None:
    found = {path.stem for path in PACKAGE.glob("*.py")}
    found |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert found <= FLOORS.keys() | BESIDE.keys() | KNOTS


def test_the_timeline_runs_without_django() -> None:
    modules = [f"bookable.timeline.{path.stem}" for path in PACKAGE.glob("timeline/[a-z]*.py")]
    script = f"import sys, {', '.join(modules)}; assert 'django' not in sys.modules"
    path = str(PACKAGE.parent)
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": path})


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("timeline/zones.py", "from django.utils import timezone"),
        ("timeline/zones.py", "def now():\n    import django.utils.timezone"),
        ("timeline/zones.py", "import bookable.catalog"),
        ("catalog/link.py", "from bookable.schedule.models import Claim"),
        ("catalog/models/need.py", "from ...schedule import models"),
        ("catalog/link.py", "from bookable.models import Service"),
        ("catalog/link.py", "from bookable import availability"),
        ("schedule/hours.py", "try:\n    import bookable.bookings\nexcept ImportError: pass"),
        ("availability/engine.py", "import bookable.payments.order"),
        ("payments/pay.py", "if True:\n    from bookable.bookings import confirm"),
        ("payments/pay.py", "from bookable.availability.engine import Engine"),
        ("bookings/hold.py", "class A:\n    from bookable.web import views"),
        ("bookings/hold.py", "from bookable.contrib.api import urls"),
        ("web/views.py", "from bookable.admin import site"),
        ("web/views.py", "from bookable.testing import freeze"),
        ("web/views.py", "from bookable import urls"),
        ("contrib/api/views.py", "from bookable.contrib.reviews.models import Review"),
        ("contrib/api/views.py", "from bookable.contrib import reviews"),
        ("contrib/api/views.py", "from bookable.testing.factories import make"),
        ("money.py", "from bookable.catalog.models import Service"),
        ("conf.py", "from bookable.sockets import load_socket"),
        ("__init__.py", "from bookable.catalog.models import Service"),
        ("newcomer.py", "from bookable.catalog import models"),
        ("catalog/link.py", "from bookable import newcomer"),
        ("catalog/link.py", "if TYPE_CHECKING:\n    pass\nelse:\n    import bookable.web"),
        ("catalog/link.py", "if not TYPE_CHECKING:\n    import bookable.web"),
    ],
)
def test_an_import_that_points_upwards_is_found(tmp_path: Path, file: str, line: str) -> None:
    plant(tmp_path, file, line)
    assert len(broken_arrows(tmp_path)) == 1


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("timeline/openings.py", "from bookable.timeline.zones import DAY"),
        ("catalog/link.py", "from . import models"),
        ("catalog/link.py", "from bookable import conf, errors, money, signals, sockets"),
        ("catalog/link.py", "def late():\n    from bookable.bookings import hold"),
        ("catalog/link.py", "if TYPE_CHECKING:\n    from bookable.bookings import hold"),
        ("catalog/link.py", "if typing.TYPE_CHECKING:\n    from bookable.bookings import hold"),
        ("bookings/hold.py", "from bookable.payments import order\nimport bookable.availability"),
        ("web/views.py", "from bookable.models import Booking"),
        ("contrib/api/views.py", "from bookable.contrib.api.models import Key"),
        ("contrib/api/views.py", "from bookable.web import views"),
        ("checks.py", "from bookable.bookings import states"),
        ("management/commands/bookable_work.py", "from bookable.messages import outbox"),
        ("migrations/0001_initial.py", "import bookable.schedule.models.fields"),
        ("sockets.py", "from bookable import conf\nfrom bookable.errors import Misconfigured"),
        ("apps.py", "from bookable import __version__"),
    ],
)
def test_an_import_that_points_downwards_is_left_alone(
    tmp_path: Path, file: str, line: str
) -> None:
    plant(tmp_path, file, line)
    assert broken_arrows(tmp_path) == []


def plant(package: Path, file: str, line: str) -> None:
    (package / file).parent.mkdir(parents=True, exist_ok=True)
    (package / file).write_text(f"from __future__ import annotations\n{line}\n", "utf-8")
