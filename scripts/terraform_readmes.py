"""Writes a README beside each Terraform module, from its own words: `scripts/terraform_readmes.py [--check]`.

What `terraform-docs` does, for modules whose files `terraform fmt` has put in order.
"""

import re
import sys
from pathlib import Path

from stages import ROOT

MODULES = ROOT / "terraform/modules"
BLOCK = re.compile(r'^(variable|output|resource) "([\w-]+)"(?: "([\w-]+)")? \{(.*?)^\}', re.MULTILINE | re.DOTALL)


def readme(module: Path) -> str:
    """The page of one module."""
    text = "\n".join(p.read_text(encoding="utf-8") for p in sorted(module.glob("*.tf")))
    blocks = [(m[1], m[2], m[3], m[4]) for m in BLOCK.finditer(text)]
    variables = [(name, body) for kind, name, _, body in blocks if kind == "variable"]
    lines = [
        f"# {module.name}",
        "",
        "Generated from the module's files by `make generate`; do not edit.",
        "[How modules fit together](../../../docs/terraform.md).",
        "",
        _purpose(module),
        "",
        *_table(("input", "", "default"), [(f"`{n}`", _description(b), _default(b)) for n, b in variables]),
        *_table(
            ("output", ""), [(f"`{name}`", _description(body)) for kind, name, _, body in blocks if kind == "output"]
        ),
    ]
    resources = [f"`{type_}.{name}`" for kind, type_, name, _ in blocks if kind == "resource"]
    lines += ["Resources: " + ", ".join(resources) + ".", ""] if resources else []
    return "\n".join(lines).rstrip() + "\n"


def _purpose(module: Path) -> str:
    """The comment that main.tf opens with."""
    said = []
    for line in (module / "main.tf").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        said.append(line.lstrip("# "))
    return "\n".join(said)


def _description(body: str) -> str:
    plain = re.search(r'^  description += "(.*)"$', body, re.MULTILINE)
    if plain:
        return plain[1]
    long = re.search(r"^  description += <<-EOT\n(.*?)\n  EOT$", body, re.MULTILINE | re.DOTALL)
    return " ".join(long[1].split()) if long else ""


def _default(body: str) -> str:
    found = re.search(r"^  default += ([^#\n]+)", body, re.MULTILINE)
    return f"`{found[1].strip()}`" if found else "required"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(r)} |" for r in rows), ""]


def main(arguments: list[str]) -> int:
    pages = {module / "README.md": readme(module) for module in sorted(p.parent for p in MODULES.glob("*/main.tf"))}
    if "--check" not in arguments:
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
        return 0
    drifted = [p for p, text in pages.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path in drifted:
        print(f"{path.relative_to(ROOT)}: not as the module says; run `make generate`")
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
