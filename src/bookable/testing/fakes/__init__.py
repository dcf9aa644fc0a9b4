"""Payment companies that live on this machine, for tests that must not reach the real ones."""
