"""The zip holds what the job imports, nothing else, and is the same for the same content."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from authpulse.errors import AuthPulseError, PrerequisiteError
from flink_job import bundle


@pytest.fixture
def jar(tmp_path: Path) -> Path:
    path = tmp_path / "engine.jar"
    path.write_bytes(b"jar" * 1000)
    return path


def test_equal_content_gives_equal_bytes_whatever_the_files_times_are(tmp_path: Path, jar: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    bundle.write(first, jar)
    os.utime(jar, (1, 1))
    bundle.write(second, jar)
    assert first.read_bytes() == second.read_bytes()


def test_another_jar_gives_another_zip(tmp_path: Path, jar: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    bundle.write(first, jar)
    jar.write_bytes(b"another")
    bundle.write(second, jar)
    assert first.read_bytes() != second.read_bytes()


def test_the_entry_point_runs_from_the_zip_alone_up_to_its_property_groups(tmp_path: Path, jar: Path) -> None:
    bundle.write(tmp_path / "job.zip", jar)
    with zipfile.ZipFile(tmp_path / "job.zip") as zipped:
        zipped.extractall(tmp_path / "job")
    command = [
        sys.executable,
        "-I",
        "-c",
        (
            "import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.argv = sys.argv[2:]; "
            "runpy.run_path(sys.argv[0], run_name='__main__')"
        ),
    ]
    paths = [str(tmp_path / "job/python"), str(tmp_path / "job/main.py"), "--properties", str(tmp_path / "none.json")]
    ended = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.splitlines()) == (
        3,
        [
            (
                f"error: {tmp_path}/none.json: cannot be read: No such file or directory; "
                "name the property groups' file by --properties"
            )
        ],
    )


def test_a_zip_above_the_services_advice_is_not_written(
    tmp_path: Path, jar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "MAX_MEGABYTES", 0)
    with pytest.raises(AuthPulseError, match="the service starts slowly"):
        bundle.write(tmp_path / "job.zip", jar)
    assert [p.name for p in tmp_path.iterdir()] == ["engine.jar"]


def test_without_the_jar_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="make build"):
        bundle.write(tmp_path / "job.zip", tmp_path / "none.jar")
