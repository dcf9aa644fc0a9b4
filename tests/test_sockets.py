from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from bookable.conf import DEFAULT_RULES, KEYS, settings
from bookable.errors import Misconfigured
from bookable.sockets import Socket, load_socket, shared


class Kettle:
    """What a site's class must inherit from here."""


class Samovar(Kettle):
    def __init__(self, litres: int, *, material: str = "brass") -> None:
        self.litres, self.material = litres, material


class Teapot(Kettle):
    pass


class Anything(Kettle):
    def __init__(self, **details: object) -> None:
        self.details = details


class Spoon:
    pass


some_function = len
HERE = __name__


def load(spec: Any, **keywords: Any) -> Socket[Kettle]:
    return load_socket(spec, Kettle, setting="BOOKABLE['KETTLE']", **keywords)


def refusal(spec: Any, **keywords: Any) -> str:
    with pytest.raises(Misconfigured) as refused:
        load(spec, **keywords)
    return str(refused.value)


def samovar(**options: Any) -> dict[str, Any]:
    return {"BACKEND": f"{HERE}.Samovar", "OPTIONS": options}


def test_a_dotted_path_names_a_class_without_options() -> None:
    socket = load(f"{HERE}.Teapot")
    assert (socket.path, socket.factory, socket.options) == (f"{HERE}.Teapot", Teapot, {})
    assert isinstance(socket.make(), Teapot)


def test_options_become_keyword_arguments() -> None:
    made = load(samovar(litres=5, material="silver")).make()
    assert isinstance(made, Samovar)
    assert (made.litres, made.material) == (5, "silver")


def test_options_may_be_left_out() -> None:
    assert isinstance(load({"BACKEND": f"{HERE}.Teapot"}).make(), Teapot)


def test_every_make_is_another_instance() -> None:
    socket = load(f"{HERE}.Teapot")
    assert socket.make() is not socket.make()


def test_the_base_itself_is_accepted() -> None:
    assert load(f"{HERE}.Kettle").factory is Kettle


def test_a_rule_set_names_its_classes_under_another_key() -> None:
    assert load({"RULE": f"{HERE}.Teapot"}, path_key="RULE").factory is Teapot
    assert "“RULE”" in refusal({"BACKEND": f"{HERE}.Teapot"}, path_key="RULE")


def test_a_class_that_takes_anything_takes_any_option() -> None:
    made = load({"BACKEND": f"{HERE}.Anything", "OPTIONS": {"colour": "red"}}).make()
    assert isinstance(made, Anything)
    assert made.details == {"colour": "red"}


def test_an_unknown_option_is_refused_with_the_names_that_are_accepted() -> None:
    sentence = refusal(samovar(litres=5, colour="red"))
    assert "Samovar" in sentence
    assert "colour" in sentence
    assert "it accepts: litres, material." in sentence


def test_a_missing_option_is_refused_with_its_name() -> None:
    assert "litres" in refusal(f"{HERE}.Samovar")


def test_an_option_for_a_class_that_takes_none_is_refused() -> None:
    sentence = refusal({"BACKEND": f"{HERE}.Teapot", "OPTIONS": {"colour": "red"}})
    assert "it accepts: none." in sentence


def test_an_option_whose_name_is_no_text_is_refused() -> None:
    assert "Samovar" in refusal({"BACKEND": f"{HERE}.Samovar", "OPTIONS": {1: "red"}})


@pytest.mark.parametrize("name", ["Spoon", "some_function", "HERE"])
def test_what_is_no_subclass_of_the_base_is_refused(name: str) -> None:
    sentence = refusal(f"{HERE}.{name}")
    assert f"“{HERE}.{name}”" in sentence
    assert f"not a subclass of {HERE}.Kettle" in sentence


@pytest.mark.parametrize(
    "path", ["no.such.module.Kettle", f"{HERE}.Missing", "Kettle", "", ".Kettle", "..Kettle"]
)
def test_a_path_that_can_not_be_imported_is_refused(path: str) -> None:
    sentence = refusal(path)
    assert "BOOKABLE['KETTLE']" in sentence
    assert f"“{path}”, which can't be imported" in sentence


def test_the_error_of_a_failed_import_is_kept() -> None:
    with pytest.raises(Misconfigured) as refused:
        load("no.such.module.Kettle")
    assert isinstance(refused.value.__cause__, ImportError)


@pytest.mark.parametrize("spec", [None, 5, [f"{HERE}.Teapot"], Teapot, {}, {"BACKEND": Teapot}])
def test_what_is_neither_path_nor_dict_with_a_path_is_refused(spec: object) -> None:
    assert "must be a dotted path or a dict with “BACKEND”" in refusal(spec)


def test_an_unknown_key_beside_the_options_is_refused() -> None:
    sentence = refusal({"BACKEND": f"{HERE}.Teapot", "OPTION": {}, 5: 6})
    assert "unknown keys: 5, OPTION;" in sentence


@pytest.mark.parametrize("options", [None, "litres", [("litres", 5)]])
def test_options_must_be_a_dict(options: object) -> None:
    assert "“OPTIONS” must be a dict" in refusal({"BACKEND": f"{HERE}.Samovar", "OPTIONS": options})


def test_a_refusal_is_what_django_calls_improperly_configured() -> None:
    assert issubclass(Misconfigured, ImproperlyConfigured)
    assert Misconfigured.code == "configuration"


def test_the_settings_have_defaults_when_the_site_says_nothing() -> None:
    with override_settings(BOOKABLE={}):
        del site.BOOKABLE
        assert settings.CURRENCY == "EUR"
        assert settings.RULESETS == {"default": DEFAULT_RULES}


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_has_a_default(key: str) -> None:
    with override_settings(BOOKABLE={}):
        getattr(settings, key)


def test_the_settings_follow_an_override() -> None:
    with override_settings(BOOKABLE={"CURRENCY": "NGN"}):
        assert settings.CURRENCY == "NGN"
    with override_settings(BOOKABLE={"CURRENCY": "JPY"}):
        assert settings.CURRENCY == "JPY"


def test_a_rule_set_of_the_site_stands_beside_the_default_one() -> None:
    with override_settings(BOOKABLE={"RULESETS": {"strict": [f"{HERE}.Teapot"]}}):
        assert {"default": DEFAULT_RULES, "strict": [f"{HERE}.Teapot"]} == settings.RULESETS


def test_a_site_may_replace_the_default_rule_set() -> None:
    with override_settings(BOOKABLE={"RULESETS": {"default": []}}):
        assert settings.RULESETS == {"default": []}


def test_everybody_shares_one_instance() -> None:
    first, second = (shared(samovar(litres=2), Kettle, setting="BOOKABLE['TEA']") for _ in "ab")
    assert first is second


def test_a_setting_that_names_another_class_gets_another_instance() -> None:
    first = shared(f"{HERE}.Teapot", Kettle, setting="BOOKABLE['TEA']")
    second = shared(samovar(litres=2), Kettle, setting="BOOKABLE['TEA']")
    assert (type(first), type(second)) == (Teapot, Samovar)


def test_a_setting_with_other_options_gets_another_instance() -> None:
    made = [shared(samovar(litres=n), Samovar, setting="BOOKABLE['TEA']").litres for n in (1, 2)]
    assert made == [1, 2]


def test_two_settings_that_name_one_class_share_nothing() -> None:
    first, second = (shared(f"{HERE}.Teapot", Kettle, setting=name) for name in ("tea", "coffee"))
    assert first is not second
