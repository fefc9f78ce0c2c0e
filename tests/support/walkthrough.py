"""Pages that run: their blocks are done in a copy of the repository, as a reader would do them, from top to bottom.

    ```yaml file=my-rules.yaml        the block is that file
    ```diff file=authpulse/names.py   hunks that change a file; each is found by the lines it takes away or leaves
    ```console                        "$ " begins a command for bash; the lines after it are what it prints

What a command prints has to be all there; `…` stands for anything, a line of its own for any number of lines. A command
that fails, fails the page, unless the last line of what it prints says "exit code N". Any other block is only read.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from authpulse.cli.places import ENGINE_JAR, JOB_ZIP, ROOT, python_of

FENCE: Final = re.compile(r"^```(?P<language>\w*)(?: file=(?P<file>\S+))?$")
SECONDS: Final = 600
ANYTHING: Final = "…"
EXIT_CODE: Final = re.compile(r"exit code (\d+)")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block, and where it begins."""

    where: str
    language: str
    file: str | None
    lines: tuple[str, ...]


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page in their order."""
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), 1))
    for number, line in lines:
        fence = FENCE.match(line)
        if fence is None:
            assert not line.startswith("```"), f"{page.name}:{number}: {line!r} is no fence that is understood"
            continue
        content = []
        for _, inner in lines:
            if inner == "```":
                break
            content.append(inner)
        yield Block(f"{page.name}:{number}", fence["language"], fence["file"], tuple(content))


def working_copy(folder: Path) -> Path:
    """The repository as it is in the working tree, with what was built and the environments that are there."""
    copy = folder / "authpulse"
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    (copy / ".envs").symlink_to(python_of("main").parents[2])
    for built in (ENGINE_JAR, JOB_ZIP):
        if built.exists():
            there = copy / built.relative_to(ROOT)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.symlink_to(built)
    return copy


def walk(page: Path, copy: Path, **environ: str) -> int:
    """Does what a page says; returns how many blocks there were to do. Fails with the page's line."""
    done = 0
    for block in blocks(page):
        if block.language == "diff" and block.file:
            _change(copy / block.file, block)
        elif block.file:
            (copy / block.file).parent.mkdir(parents=True, exist_ok=True)
            (copy / block.file).write_text("".join(f"{line}\n" for line in block.lines), encoding="utf-8")
        elif block.language == "console":
            for command, printed in _commands(block):
                _run(command, printed, copy, block.where, environ)
        else:
            continue
        done += 1
    return done


def _change(path: Path, block: Block) -> None:
    """Applies the hunks. They have no line numbers: what they begin with has to be in the file once."""
    text = path.read_text(encoding="utf-8")
    hunks = re.split(r"(?m)^@@.*\n", "".join(f"{line}\n" for line in block.lines))
    for hunk in filter(str.strip, hunks):
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] or "\n" for line in lines if not line.startswith("+"))
        after = "".join(line[1:] or "\n" for line in lines if not line.startswith("-"))
        assert text.count(before) == 1, f"{block.where}: {block.file} has this {text.count(before)} times:\n{before}"
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def _commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    command, printed = "", list[str]()
    for line in block.lines:
        if line.startswith("$ "):
            if command:
                yield command, printed
            command, printed = line.removeprefix("$ "), []
        elif command.endswith("\\") and not printed:
            command = f"{command[:-1]}{line.strip()}"
        else:
            printed.append(line)
    if command:
        yield command, printed


def _run(command: str, printed: Sequence[str], copy: Path, where: str, environ: dict[str, str]) -> None:
    known = {
        **os.environ,
        "PYTHONPATH": f"{copy}:{copy / 'operator'}",  # before what the environments have installed for editing
        "PATH": f"{_shims(copy)}:{os.environ['PATH']}",
        "COLUMNS": "120",
        **environ,
    }
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=copy,
        env=known,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    wanted = EXIT_CODE.fullmatch(printed[-1]) if printed else None
    code = int(wanted[1]) if wanted else 0
    told = f"{where}: $ {command}\n{ended.stdout}"
    assert ended.returncode == code, f"{told}\nended with {ended.returncode}, not {code}"
    shown = printed[:-1] if wanted else printed
    if shown:
        assert _pattern(shown).search(ended.stdout), f"{told}\nthe page shows:\n" + "\n".join(shown)


def _pattern(printed: Sequence[str]) -> re.Pattern[str]:
    parts = [
        r"(?:.*\n)*?" if line.strip() == ANYTHING else ".*".join(map(re.escape, line.split(ANYTHING))) + r"[ \t]*\n"
        for line in printed
    ]
    return re.compile("(?m)^" + "".join(parts))


def _shims(copy: Path) -> Path:
    """`make` without `make setup`: the environments are there, and the copy must not install itself into them."""
    folder = copy / ".authpulse/shims"
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / "make").write_text(f'#!/bin/sh\nexec {shutil.which("make") or "/usr/bin/make"} -o setup "$@"\n')
        (folder / "make").chmod(0o755)
    return folder
