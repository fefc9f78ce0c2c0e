"""Athena's SQL as it is written: tokens, syntax trees and the parser. No types, no tables, nothing of DuckDB.

The grammar is Trino's (engine version 3) for queries, DML, CTAS and views, and Hive's for the rest of the DDL. A parser
of our own and not a transpiler's, because positions of every node are in the error messages that Athena gives, and
because what Athena refuses must be refused here too.
"""
