"""The garbage collector of a process that keeps much and makes little garbage.

By default it looks for cycles after every 700 new objects, and through all that is kept whenever that has grown by a
quarter. The code alone is more than 100,000 objects. While hundreds of resources came, a tenth of the operator's time
went into looking at what was to stay.
"""

import gc
from typing import Final

NEW_OBJECTS: Final = 20_000
"""A few megabytes."""


def settle() -> None:
    """To be called once, when all is imported and before the work begins: what is there is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
