"""How a command ends: errors as one line on stderr, with the exit code that says whose they are."""

import os
import sys
from collections.abc import Callable

import click
from rich.console import Console
from rich.markup import escape

from authpulse.errors import EXIT_BUG, EXIT_INTERRUPTED, AuthPulseError

STDERR = Console(stderr=True, highlight=False, soft_wrap=True)


def exit_code_of(command: Callable[[], object]) -> int:
    """Runs a command. No traceback for what is the user's to solve; a traceback, and code 70, for what is ours."""
    try:
        result = command()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AuthPulseError as error:
        say_error(str(error))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        say_error("interrupted; run it again to go on")
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # whoever read our output has had enough; do not complain when flushing it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last stop before the user
        STDERR.print_exception()
        say_error(f"this is a bug in AuthPulse ({type(error).__name__}); please report it with the lines above")
        return EXIT_BUG
    return result if isinstance(result, int) else 0


def say_error(message: str) -> None:
    """One line for each line of the message, whatever it contains."""
    for line in message.splitlines():
        STDERR.print(f"[bold red]error:[/] {escape(line)}")
