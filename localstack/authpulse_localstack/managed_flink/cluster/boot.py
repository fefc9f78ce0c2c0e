"""Runs an unmodified Managed Flink main program inside Flink's application mode: `boot.py`, started by PythonDriver.

It runs in Flink's environment, not in LocalStack's. Application mode leaves undone what the service does:
- the fat jar into the gateway's class loader and `pipeline.jars` (the entry point overwrites that option);
- `/etc/flink/application_properties.json`, which is here a file of the run, whoever opens it;
- saying why the program failed: the last line of what it wrote to stderr goes into a file.

MANAGED_FLINK_LAUNCH names a JSON file with `main`, `jar`, `python_path`, `properties` and `failure`.
"""

import builtins
import io
import json
import os
import runpy
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

MAX_LINES = 8
PROPERTIES = "/etc/flink/application_properties.json"


class LastLine(io.TextIOBase):
    """stderr that remembers its last line, for programs that end with a message and an exit code."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.line = ""

    def write(self, text: str) -> int:
        lines = [line for line in text.splitlines() if line.strip()]
        if lines:
            self.line = lines[-1].strip()
        return self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()

    def fileno(self) -> int:
        return self._stream.fileno()


def redirect_properties(actual: str) -> None:
    """The service's path of the property groups leads to our file."""

    def redirected(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *args: Any, **kwargs: Any) -> Any:
            is_path = isinstance(path, str | os.PathLike)
            return function(actual if is_path and os.fspath(path) == PROPERTIES else path, *args, **kwargs)

        return call

    builtins.open = io.open = redirected(builtins.open)
    os.path.exists = redirected(os.path.exists)
    os.path.isfile = redirected(os.path.isfile)
    os.stat = redirected(os.stat)


def add_jar(jar: str) -> None:
    """As `flink run --jarfile` does: for classes that Python names, and for the TaskManagers."""
    from pyflink.datastream import StreamExecutionEnvironment
    from pyflink.table import TableEnvironment
    from pyflink.util.java_utils import add_jars_to_context_class_loader

    url = Path(jar).resolve().as_uri()
    add_jars_to_context_class_loader([url])
    get_environment, create = StreamExecutionEnvironment.get_execution_environment, TableEnvironment.create

    def get_environment_with_jar(*args: Any, **kwargs: Any) -> Any:
        environment = get_environment(*args, **kwargs)
        environment.add_jars(url)
        return environment

    def create_with_jar(*args: Any, **kwargs: Any) -> Any:
        table_environment = create(*args, **kwargs)
        table_environment.get_config().set("pipeline.jars", url)
        return table_environment

    StreamExecutionEnvironment.get_execution_environment = staticmethod(get_environment_with_jar)
    TableEnvironment.create = staticmethod(create_with_jar)


def run(main: str, python_path: Sequence[str]) -> None:
    sys.argv = [main]
    sys.path[:0] = [str(Path(main).resolve().parent), *python_path]
    runpy.run_path(main, run_name="__main__")


def cause_of(error: BaseException) -> str:
    """The exception in one line; for one that came from Java, whose text is a stack trace, with its last cause."""
    text = "".join(traceback.format_exception_only(error))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith(("\tat ", "\t..."))]
    causes = [n for n, line in enumerate(lines) if line.startswith("Caused by: ")]
    start = causes[-1] if causes else 0
    return " ".join(lines[start : start + MAX_LINES]).removeprefix("Caused by: ")


def boot(launch: dict[str, Any]) -> None:
    """Raises what the program raises, after noting it."""
    sys.stderr = stderr = LastLine(sys.stderr)
    redirect_properties(launch["properties"])
    failure = ""
    try:
        if launch["jar"]:
            add_jar(launch["jar"])
        run(launch["main"], launch["python_path"])
    except SystemExit as end:
        if end.code not in (None, 0):
            failure = end.code if isinstance(end.code, str) else stderr.line or f"exit code {end.code}"
        raise
    except BaseException as error:
        failure = cause_of(error)
        raise
    finally:
        if failure:
            Path(launch["failure"]).write_text(failure, encoding="utf-8")


if __name__ == "__main__":
    boot(json.loads(Path(os.environ["MANAGED_FLINK_LAUNCH"]).read_text(encoding="utf-8")))
