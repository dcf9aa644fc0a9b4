from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tools import environment
from tools.environment import Environment, NotPrepared


class Commands(list[str]):
    """Stands in for the programs: makes what they would make, and remembers that they ran."""

    fails_at = "nothing"

    def run(self, command: Sequence[str], sentence: str) -> None:
        program = command[2]
        self.append("pip --no-deps" if "--no-deps" in command else program)
        if program == "venv":
            python = Path(command[3], environment.PYTHON)
            python.parent.mkdir(parents=True)
            python.touch()
        if program == self.fails_at:
            raise NotPrepared(sentence)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    commands = Commands()
    monkeypatch.setattr(environment, "_run", commands.run)
    return commands


@pytest.fixture
def prepared(tmp_path: Path, commands: Commands) -> Environment:
    (tmp_path / "pyproject.toml").write_text("[project]")
    prepared = Environment("stand-in", "a stand-in", extras=("dev",), project=tmp_path)
    prepared.prepare()
    return prepared


def test_the_first_time_all_is_installed(prepared: Environment, commands: Commands) -> None:
    assert commands == ["venv", "pip"]


def test_the_second_time_nothing_is_done(prepared: Environment, commands: Commands) -> None:
    commands.clear()
    assert not prepared.prepare()
    assert commands == []


def test_a_changed_pyproject_makes_it_anew(prepared: Environment, commands: Commands) -> None:
    (prepared.project / "pyproject.toml").write_text("[project] # changed")
    commands.clear()
    assert prepared.prepare()
    assert commands == ["venv", "pip"]


def test_other_extras_make_it_anew(prepared: Environment, commands: Commands) -> None:
    commands.clear()
    Environment("stand-in", "a stand-in", project=prepared.project).prepare()
    assert commands == ["venv", "pip"]


def test_changed_translations_leave_the_packages(prepared: Environment, commands: Commands) -> None:
    (prepared.project / "src").mkdir()
    (prepared.project / "src" / "django.po").write_text('msgid "hour"')
    commands.clear()
    assert prepared.prepare()
    assert commands == ["pip --no-deps"]


def test_one_that_was_left_half_made_is_made_anew(tmp_path: Path, commands: Commands) -> None:
    (tmp_path / "pyproject.toml").touch()
    half_made = Environment("stand-in", "a stand-in", project=tmp_path)
    commands.fails_at = "pip"
    with pytest.raises(NotPrepared):
        half_made.prepare()
    commands.fails_at = "nothing"
    commands.clear()
    half_made.prepare()
    assert commands == ["venv", "pip"]


def test_a_failure_ends_with_a_sentence_after_the_programs_last_words() -> None:
    with pytest.raises(NotPrepared) as failure:
        environment._run(["sh", "-c", "echo no route to host; exit 1"], "It failed.")
    assert str(failure.value).splitlines() == ["no route to host", "", "It failed."]


def test_a_python_without_venv_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NotPrepared, match="apt-get install python3-venv"):
        Environment("stand-in", "a stand-in", project=tmp_path).prepare()
