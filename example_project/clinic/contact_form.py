"""Who somebody is. Whoever is signed in is who they are, and is not asked."""

from __future__ import annotations

from typing import Any

from django import forms
from phonenumber_field.formfields import PhoneNumberField

from bookable.bookings.customers import Customer


class ContactForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": "Please say who you are."},
    )
    email = forms.EmailField(
        label="E-mail",
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"required": "Please say how we reach you."},
    )
    phone = PhoneNumberField(
        label="Telephone", required=False, widget=forms.TextInput({"autocomplete": "tel"})
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.user = user if user.is_authenticated else None
        if self.user is not None:
            for name in ("name", "email", "phone"):
                del self.fields[name]

    def customer(self, zone: str = "") -> Customer:
        """As the library's verbs take it."""
        if self.user is not None:
            known = Customer.of(self.user)
            return Customer(name=known.name, email=known.email, user=self.user, zone=zone)
        given = self.cleaned_data
        return Customer(
            name=given["name"], email=given["email"], phone=str(given["phone"] or ""), zone=zone
        )
