"""What the tests of the providers share."""
