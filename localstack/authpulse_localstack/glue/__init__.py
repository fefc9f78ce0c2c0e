"""Glue: moto's catalogue, with the compare-and-set that Iceberg commits rely on."""
