"""The provider's handlers, by subject."""
