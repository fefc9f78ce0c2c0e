"""docs/reference/cli.md names every command, option and exit code that there is."""

import re

import pytest
import typer.main

from authpulse import errors
from authpulse.cli.app import app
from authpulse.cli.kubectl.app import app as plugin
from authpulse.cli.places import ROOT

PAGE = (ROOT / "docs/reference/cli.md").read_text()
KUBECTL_PAGE = re.split(r"^## ", PAGE.partition("## kubectl authpulse")[2], flags=re.MULTILINE)[0]


@pytest.mark.parametrize(("commands", "page"), [(app, PAGE), (plugin, KUBECTL_PAGE)], ids=["authpulse", "kubectl"])
def test_every_command_and_option_is_on_the_page(commands: typer.Typer, page: str) -> None:
    found = typer.main.get_group(commands).commands
    assert [name for name in found if not re.search(rf"`{name}\b", page)] == []
    options = {o for command in found.values() for p in command.params for o in p.opts if o.startswith("--")}
    assert sorted(o for o in options if o not in PAGE) == []


def test_every_exit_code_is_on_the_page() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    kinds = [v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, errors.AuthPulseError)]
    named = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert codes == {0, *named, *(k.exit_code for k in kinds)}
