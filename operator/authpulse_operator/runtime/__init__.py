"""Who calls whom, and when: one pass, and the loop of the embedded mode."""
