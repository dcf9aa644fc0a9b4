"""What all verbs are made of: locks, transactions, the history, seats and what they cost."""
