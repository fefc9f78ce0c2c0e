"""Honest in-memory stand-ins for the world: same rules, same errors, failure switches. Held to the real adapters by
the tests in tests/contract."""
