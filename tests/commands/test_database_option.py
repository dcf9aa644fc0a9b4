"""Every command that works on a database can be told which, and says so if there is no such one."""

from __future__ import annotations

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError

COMMANDS = {
    "bookable_check_claims": [],
    "bookable_link": ["clinic.Therapist"],
    "bookable_process_webhooks": [],
    "bookable_reconcile_payments": [],
    "bookable_retz": [],
    "bookable_schedule": ["export", "ann"],
    "bookable_slots": ["--provider", "ann"],
}
SENTENCE = r"^There is no database “nowhere” in DATABASES; there are: default"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_database_that_there_is_not_is_told_with_those_there_are(name: str) -> None:
    with pytest.raises(CommandError, match=SENTENCE):
        call_command(name, *COMMANDS[name], "--database", "nowhere")


def test_it_is_told_from_code_as_well() -> None:
    with pytest.raises(CommandError, match=SENTENCE):
        call_command("bookable_retz", database="nowhere")


def test_a_schedule_is_not_read_into_a_database_that_there_is_not() -> None:
    with pytest.raises(CommandError, match=SENTENCE):
        call_command("bookable_schedule", "import", "ann", "ann.json", "--database", "nowhere")


def test_every_command_that_takes_a_database_is_tried_here() -> None:
    own = [name for name, app in get_commands().items() if app == "bookable"]
    takers = {name for name in own if "--database" in _help(name)}
    assert takers == COMMANDS.keys()


def _help(name: str) -> str:
    command = load_command_class("bookable", name)
    parser = command.create_parser("manage.py", name)
    told = [parser.format_help()]
    for action in parser._actions:
        if isinstance(action.choices, dict):
            told += [below.format_help() for below in action.choices.values()]
    return "\n".join(told)
