"""Measurements: `make bench`. Each module runs by itself too; numbers compare within one run, never across machines."""
