"""Who books in the demo. Whoever has the same key is the same person, whenever it is loaded."""

from __future__ import annotations

from random import Random

from bookable.bookings.customers import Customer

_SEED = "bookable"
_FIRST = ("Ada", "Bram", "Chidi", "Delia", "Emre", "Fay", "Hana", "Jo", "Kofi", "Mira", "Nils")
_LAST = ("Abel", "Berg", "Costa", "Diaz", "Farah", "Hale", "Ito", "Jansen", "Kelly", "Lund")


def customer_for(key: str) -> Customer:
    """Somebody with an address at which nobody can be reached."""
    random = Random(f"{_SEED} {key}")
    first, last = random.choice(_FIRST), random.choice(_LAST)
    return Customer(
        name=f"{first} {last}",
        email=f"{first}.{last}@example.com",
        phone=f"+4420794600{random.randrange(100):02d}",
    )
