"""What a Terraform module declares and refers to, read by its lines: `terraform fmt` has put them where we expect them.

`terraform validate` knows more and needs the providers, which not every machine can have.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

OF_A_CALL = {"source", "count", "for_each", "depends_on", "providers", "version"}


@dataclass(frozen=True)
class Module:
    """The `.tf` files of a folder."""

    folder: Path

    @cached_property
    def text(self) -> str:
        """Without comments."""
        files = "\n".join(p.read_text(encoding="utf-8") for p in sorted(self.folder.glob("*.tf")))
        return "\n".join(re.sub(r"(^|\s)#.*$", "", line) for line in files.splitlines()) + "\n"

    def blocks(self, kind: str) -> dict[str, str]:
        """Bodies of blocks of a kind by their labels, joined by dots."""
        found = re.finditer(
            rf'^{kind} ((?:"[\w-]+" ?)*)\{{(.*?)^\}}|^{kind} ((?:"[\w-]+" ?)*)\{{ *\}}',
            self.text,
            re.MULTILINE | re.DOTALL,
        )
        return {".".join(re.findall(r'"([\w-]+)"', m.group(1) or m.group(3) or "")): m.group(2) or "" for m in found}

    @property
    def locals(self) -> set[str]:
        bodies = re.findall(r"^locals \{(.*?)^\}", self.text, re.MULTILINE | re.DOTALL)
        return {name for body in bodies for name in re.findall(r"^  (\w+) +=", body, re.MULTILINE)}

    @property
    def required(self) -> set[str]:
        """Variables without a default."""
        return {
            name
            for name, body in self.blocks("variable").items()
            if not re.search(r"^  default +=", body, re.MULTILINE)
        }

    def refers(self, pattern: str) -> set[str]:
        """What stands for the pattern's groups, joined by dots."""
        found = re.finditer(rf"(?<![\w.\"]){pattern}", self.text)
        return {".".join(m.groups()) for m in found}

    def call(self, name: str) -> tuple[Path, set[str]]:
        """The folder of a module that is called, and the names of its arguments."""
        body = self.blocks("module")[name]
        source = re.search(r'source += "(.*)"', body)
        assert source, f"{self.folder}: module {name} has no source"
        return (self.folder / source.group(1)).resolve(), set(
            re.findall(r"^  (\w+) +=", body, re.MULTILINE)
        ) - OF_A_CALL
