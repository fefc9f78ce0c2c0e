"""Other operators that bench_operator measures in the same run."""
