"""How a command ends: errors as one line on stderr, with the exit code that says whose they are."""

import os
import sys
from collections.abc import Callable

import typer
from rich.console import Console
from rich.markup import escape
from typer.exceptions import TyperException

from authpulse.errors import EXIT_BUG, EXIT_INTERRUPTED, AuthPulseError

STDERR = Console(stderr=True, highlight=False, soft_wrap=True)


def exit_code_of(command: Callable[[], object]) -> int:
    """Runs a command. No traceback for what is the user's to solve; a traceback, and code 70, for what is ours."""
    try:
        result = command()
    except (AuthPulseError, TyperException) as error:  # typer's are wrong command lines
        say_error(error.format_message() if isinstance(error, TyperException) else str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        say_error("interrupted; run it again to go on")
        return EXIT_INTERRUPTED
    except (BrokenPipeError, SystemExit) as error:
        if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
            raise  # not what typer makes of a broken pipe
        return _stop_writing()
    except Exception as error:  # noqa: BLE001 - the last stop before the user
        STDERR.print_exception()
        say_error(f"this is a bug in AuthPulse ({type(error).__name__}); please report it with the lines above")
        return EXIT_BUG
    return result if isinstance(result, int) else 0


def _stop_writing() -> int:
    """Whoever read our output has had enough: no complaint, and none when Python flushes the rest at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def say_error(message: str) -> None:
    """One line for each line of the message, whatever it contains."""
    for line in message.splitlines():
        STDERR.print(f"[bold red]error:[/] {escape(line)}")
