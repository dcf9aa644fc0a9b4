"""Rows that are edited in a table and written by a verb."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bookable.errors import BookableError

if TYPE_CHECKING:
    _Inline = forms.BaseInlineFormSet[Any, Any, Any]
else:
    _Inline = forms.BaseInlineFormSet


def untouched(form: forms.ModelForm[Any]) -> bool:
    """Whether the row says it all; one that may only be looked at has no data of its own."""
    return form.instance.pk is not None and not form.has_changed()


class VerbFormSet(_Inline):
    """Override `write`, and `check` for what can be told before."""

    def check(self) -> None:
        """Raises the BookableError that the verb would raise."""

    def write(self) -> None:
        """Hands all of `wanted` to the verb."""
        raise NotImplementedError

    @property
    def wanted(self) -> list[forms.ModelForm[Any]]:
        """The forms that are to be there afterwards."""
        deleted = self.deleted_forms
        return [form for form in self.filled if form not in deleted]

    @property
    def filled(self) -> Iterator[forms.ModelForm[Any]]:
        yield from self.initial_forms
        yield from (form for form in self.extra_forms if form.has_changed())

    def clean(self) -> None:
        super().clean()
        if self._is_stale():
            raise ValidationError(
                _("Somebody has changed this meanwhile. Please load the page again."), "stale"
            )
        if any(form.errors for form in self.wanted):
            return
        try:
            self.check()
        except BookableError as error:
            raise ValidationError(str(error), error.code) from error

    def save(self, commit: bool = True) -> list[Any]:
        self._note_for_the_log()
        if self.has_changed():
            self.write()
        return []

    def _is_stale(self) -> bool:
        # a verb that replaces all rows would drop those that the page has not shown
        shown = {form.instance.pk for form in self.initial_forms}
        return shown != {row.pk for row in self.get_queryset()}

    def _note_for_the_log(self) -> None:
        deleted = set(self.deleted_forms)
        self.new_objects = [
            form.instance for form in self.extra_forms if form.has_changed() and form not in deleted
        ]
        self.changed_objects = [
            (form.instance, form.changed_data)
            for form in self.initial_forms
            if form.has_changed() and form not in deleted
        ]
        self.deleted_objects = [form.instance for form in self.initial_forms if form in deleted]
