"""What becomes of a place that somebody leaves, and of those who wait for it."""
