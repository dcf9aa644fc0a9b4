from __future__ import annotations


def assert_never_double_booked(*, using: str = "default") -> None:
    """Fails if two live claims share a lane, if a session has more seats taken than it has, if a
    live booking has no place, a place has no booking, or a history does not lead to what is now.
    """
    from bookable.bookings.audit import find_faults

    faults = find_faults(using=using)
    if faults:
        lines = "\n".join(str(fault) for fault in faults[:20])
        raise AssertionError(f"{len(faults)} faults were found:\n{lines}")
