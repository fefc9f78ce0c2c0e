"""Runs the aggregates in processes that kill themselves at a call: `python crashing.py < requests`.

Each line of the input asks for one run: {"arguments": [...], "operation": "UpdateTable", "nth": 1, "when": "before"};
each line of the output is the signal that ended it, or 0. Runs are forks, so that what they import is imported once.
"""

import json
import os
import signal
import sys
from typing import Any

from lakehouse.aggregates.__main__ import main
from lakehouse.clients import Clients


def armed(operation: str, nth: int, when: str) -> None:
    """From now on this process ends at that call, as hard as a process can end."""
    seen, get = [], Clients.get

    def die(**event: Any) -> None:
        if event["model"].name == operation:
            seen.append(operation)
            if len(seen) == nth:
                os.kill(os.getpid(), signal.SIGKILL)

    def get_armed(clients: Clients, service: str) -> Any:
        client = get(clients, service)
        client.meta.events.register(f"{when}-call", die, unique_id="die")
        return client

    Clients.get = get_armed  # type: ignore[method-assign]


for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        armed(asked["operation"], asked["nth"], asked["when"])
        os.dup2(2, 1)
        os._exit(main(asked["arguments"]))
    _, status = os.waitpid(child, 0)
    sys.stdout.write(f"{os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)}\n")
    sys.stdout.flush()
