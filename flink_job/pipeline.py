"""The job put together: the engine's views on one side, the tables' sinks on the other, one statement set between.

Only options that the service allows in code are set; all others are the application's configuration.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from authpulse.errors import AuthPulseError, PrerequisiteError
from flink_job.properties import JOB, LAKE, RULES, SOURCE, Groups, PropertyError
from flink_job.sinks import Sinks
from lakehouse.tables import STREAMED, Table

if TYPE_CHECKING:
    from pyflink.table import StatementSet, StreamTableEnvironment

NAME: Final = "authpulse"
OPTIONS: Final = {
    "pipeline.name": NAME,
    "pipeline.object-reuse": "true",  # what the engine emits is never changed afterwards
}
TABLE_OPTIONS: Final = {"table.exec.iceberg.use-v2-sink": "true"}


def compose(
    groups: Groups,
    sinks: Sinks,
    *,
    wanted: Sequence[Table] = STREAMED,
    jar: Path | None = None,
    local: Mapping[str, str] | None = None,
) -> Any:
    """A statement set with an INSERT for every wanted table; `execute()` starts it.

    `jar` is the engine's, where nobody else has put it on the class path. `local` are Flink options for a run on this
    machine; on the service they are refused. Raises PropertyError for what the engine cannot be configured with.
    """
    tables = _environment({**OPTIONS, **(local or {}), **({"pipeline.jars": jar.as_uri()} if jar else {})})
    for key, value in TABLE_OPTIONS.items():
        tables.get_config().set(key, value)
    engine = _engine(tables, groups)
    for statement in sinks.preparations():
        tables.execute_sql(statement)
    statements: StatementSet = tables.create_statement_set()
    for table in wanted:
        tables.create_temporary_view(table.name, _table(engine.table(tables._j_tenv, table.name), tables))  # noqa: SLF001 - PyFlink offers no other way to Java's
        columns = ", ".join(f"`{name}`" for name in table.column_names)
        statements.add_insert_sql(f"INSERT INTO {sinks.target(table)} SELECT {columns} FROM `{table.name}`")  # noqa: S608 - the declaration's names
    return statements


def _environment(options: Mapping[str, str]) -> "StreamTableEnvironment":
    from pyflink.common import Configuration
    from pyflink.datastream import StreamExecutionEnvironment
    from pyflink.table import StreamTableEnvironment

    configuration = Configuration()
    for key, value in options.items():
        configuration.set_string(key, value)
    return StreamTableEnvironment.create(StreamExecutionEnvironment.get_execution_environment(configuration))


def _table(java_table: Any, environment: "StreamTableEnvironment") -> Any:
    from pyflink.table import Table as PythonTable

    return PythonTable(java_table, environment)


def _engine(tables: "StreamTableEnvironment", groups: Groups) -> Any:
    from pyflink.java_gateway import get_gateway

    jvm: Any = get_gateway().jvm
    stream_environment = tables._j_tenv.execEnv()  # noqa: SLF001 - as above
    make = jvm.io.authpulse.engine.Engine
    if not callable(make) or type(make).__name__ == "JavaPackage":
        raise PrerequisiteError("the engine's jar is not on the class path: name it by `jarfile`, or run `make build`")
    maps = [_java_map(jvm, groups.get(name, {})) for name in (JOB, SOURCE, LAKE, RULES)]
    with failures_explained():
        return make(stream_environment, *maps)


def _java_map(jvm: Any, values: Mapping[str, str]) -> Any:
    """A dict does not become a map by itself on the way to the constructor."""
    java = jvm.java.util.HashMap()
    for key, value in values.items():
        java.put(key, value)
    return java


@contextmanager
def failures_explained() -> Iterator[None]:
    """Around Java's part: its exceptions come out as one line, that of the innermost cause, and not as stack traces."""
    from py4j.protocol import Py4JJavaError

    try:
        yield
    except Py4JJavaError as error:
        cause = error.java_exception
        while cause.getCause() is not None:
            cause = cause.getCause()
        name, message = cause.getClass().getSimpleName(), " ".join(str(cause.getMessage()).split())
        if name == "PropertyException":  # made for people: the line is the whole message
            raise PropertyError(message) from error
        raise AuthPulseError(f"the job failed: {name}: {message}") from error
