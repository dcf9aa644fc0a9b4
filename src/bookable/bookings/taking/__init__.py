"""How places are found, locked and written."""
