"""The functions of Athena that run here, each with Trino's signatures and the DuckDB text that means the same.

A name that is on no list is FUNCTION_NOT_FOUND; a function of Trino's that is not done here is on the list of `missing`
and fails as NOT_SUPPORTED, by name. Documentation of each: https://trino.io/docs/current/functions.html
"""
