"""What the operator needs of the world, in the core's words. Adapters are held to these by contract tests."""
