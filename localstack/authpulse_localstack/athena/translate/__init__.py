"""Athena's SQL into DuckDB's, with the meaning it has in Trino.

Every expression is typed as Trino types it, and what has another meaning in DuckDB is written so that the answer is
Trino's. Three rules keep that honest: names are resolved here and nowhere else (DuckDB sees generated ones), functions
come from a list (`functions`) and from nowhere else, and what is not known to be equal fails as NOT_SUPPORTED.

    typed, coercion, casts, operators, literals   values and their types
    scope, expressions, calls, aggregation        expressions
    relations, queries                            FROM, SELECT, set operations
    predicates                                    what WHERE says about a table's columns, for pruning files
    tables                                        what has to be known of a table; `lake` provides it
"""
