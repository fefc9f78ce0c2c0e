"""Writes the files that are made from the operator's types: `python -m authpulse_operator.generate`.

`make generate` runs it, and a test finds what has drifted. Another page is another entry of `FILES`.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml

from authpulse_operator import flow_page
from authpulse_operator.api import pages
from authpulse_operator.api.definitions import KINDS, Kind, definition
from authpulse_operator.api.resource import GROUP
from authpulse_operator.runtime import pages as runtime_pages

ROOT: Final = Path(__file__).parents[2]
CRDS: Final = Path("deploy/crds")
PAGES: Final = Path("docs/reference")
FLOW: Final = Path("docs/controller-flow.md")

_NOTE: Final = "# Generated from operator/authpulse_operator/api by `make generate`; do not edit.\n"


def crd_name(kind: Kind) -> str:
    return f"{GROUP}_{kind.plural}.yaml"


def crd(kind: Kind) -> str:
    """The file of a CustomResourceDefinition."""
    return _NOTE + yaml.dump(definition(kind), Dumper=_Indented, sort_keys=False, width=100, allow_unicode=True)


def controller_flow() -> str:
    """The page as it is, with its generated blocks made anew."""
    return flow_page.controller_flow((ROOT / FLOW).read_text(encoding="utf-8"))


class _Indented(yaml.SafeDumper):
    """Lists stand deeper than the key they belong to, as yamllint wants it; nothing is an anchor."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow=flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


FILES: Final[dict[Path, Callable[[], str]]] = {
    **{CRDS / crd_name(kind): partial(crd, kind) for kind in KINDS},
    PAGES / "spec.md": pages.spec,
    PAGES / "status.md": pages.status,
    PAGES / "conditions.md": pages.conditions,
    PAGES / "reasons.md": pages.reasons,
    PAGES / "settings.md": runtime_pages.settings,
    PAGES / "metrics.md": runtime_pages.metrics,
    FLOW: controller_flow,
}


def main() -> int:
    for path, text in FILES.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text(), encoding="utf-8")
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
