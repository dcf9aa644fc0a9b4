"""Promises made to customers."""
