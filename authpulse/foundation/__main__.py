"""Writes what is made from the description: `python -m authpulse.foundation`; `make generate` runs it."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from authpulse.foundation import iam_page, pages
from authpulse.foundation.documents import documents, text_of

ROOT: Final = Path(__file__).parents[2]
MODULE: Final = Path("terraform/modules/foundation")

FILES: Final[dict[Path, Callable[[], str]]] = {
    **{MODULE / name: partial(text_of, document) for name, document in documents().items()},
    Path("docs/reference/foundation.md"): pages.foundation,
    Path("docs/reference/iam.md"): iam_page.iam,
}


def main() -> int:
    for path, text in FILES.items():
        (ROOT / path).write_text(text(), encoding="utf-8")
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
