"""The status that peers write: enough to be waited for."""

from typing import Any

READY_AFTER = 0.05


def status(generation: int, *, is_ready: bool) -> dict[str, Any]:
    condition = {
        "type": "Ready",
        "status": "True" if is_ready else "False",
        "reason": "AsSpecified" if is_ready else "Creating",
        "message": "",
        "observedGeneration": generation,
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
    return {"observedGeneration": generation, "conditions": [condition]}
