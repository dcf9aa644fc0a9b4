"""What is owed and for what; what was paid and given back."""
