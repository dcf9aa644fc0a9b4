"""What the verbs of payments are made of: locks, the record of what happened."""
