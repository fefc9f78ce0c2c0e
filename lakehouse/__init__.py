"""The tables: one declaration (`tables`), from which the Athena DDL, the PyIceberg schemas and the docs come."""
