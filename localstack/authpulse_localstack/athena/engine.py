"""The shared DuckDB: one database in memory for all queries, so that memory and threads are bounded once.

Every query has a connection of its own to it. It may read no file and no network: tables come to it as Arrow.
"""

import os
from pathlib import Path

import duckdb
from duckdb.func import FunctionNullHandling, PythonUDFType

from authpulse_localstack.athena.functions import registry
from authpulse_localstack.athena.functions.macros import definitions
from authpulse_localstack.athena.functions.python import FUNCTIONS, over_arrow

SETTINGS = (
    "SET GLOBAL TimeZone = 'UTC'",
    "SET GLOBAL python_enable_replacements = false",
    "SET GLOBAL enable_external_access = false",
    "SET GLOBAL lock_configuration = true",
)


def open_database(*, memory_limit: str, spill: Path | None, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A database with all macros and functions in it. `spill` is where it may put what does not fit into memory."""
    registry.load()
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "threads": threads or os.cpu_count() or 2,
    }
    if spill is not None:
        spill.mkdir(parents=True, exist_ok=True)
        config["temp_directory"] = str(spill)
    database = duckdb.connect(config=config)
    for name, function, parameters, result in FUNCTIONS:
        columns = over_arrow(function, parameters, result)
        database.create_function(
            name,
            columns,
            list(parameters),
            result,
            type=PythonUDFType.ARROW,
            null_handling=FunctionNullHandling.SPECIAL,
        )
    for definition in definitions():
        database.execute(definition)
    for setting in SETTINGS:
        database.execute(setting)
    return database
