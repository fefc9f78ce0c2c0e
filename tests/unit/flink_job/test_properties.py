"""Property groups are read as the service writes them, and mistakes are told in one line."""

import json
from pathlib import Path

import pytest

from authpulse.errors import InputError
from flink_job import properties

GROUPS = {
    "authpulse.job": {"database": "authpulse_dev"},
    "authpulse.source": {"type": "kinesis"},
    "authpulse.lake": {"warehouse": "s3://b/warehouse", "client.region": "us-east-1"},
    "authpulse.rules": {"order": ""},
}


def written(folder: Path, groups: dict[str, dict[str, str]]) -> Path:
    path = folder / "application_properties.json"
    path.write_text(json.dumps([{"PropertyGroupId": k, "PropertyMap": v} for k, v in groups.items()]))
    return path


def test_groups_come_by_name(tmp_path: Path) -> None:
    groups = GROUPS | {"authpulse.rules": {"order": "R"}, "somebody.elses": {"a": "b"}}
    assert properties.read(written(tmp_path, groups)) == groups


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_a_missing_group_is_named_beside_those_that_are_there(tmp_path: Path, group: str) -> None:
    groups = GROUPS | {"authpulse.rules": {"order": "R"}}
    del groups[group]
    with pytest.raises(InputError) as error:
        properties.read(written(tmp_path, groups))
    assert f"property group {group} is missing; there are: " in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("group", "key"), [("authpulse.job", "database"), ("authpulse.lake", "warehouse"), ("authpulse.rules", "order")]
)
def test_a_missing_key_is_named_with_its_group(tmp_path: Path, group: str, key: str) -> None:
    groups = GROUPS | {"authpulse.rules": {"order": "R"}} | {group: {"other": "x"}}
    with pytest.raises(InputError, match=f"property group {group}: {key} is missing"):
        properties.read(written(tmp_path, groups))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "not JSON"),
        ("{}", "wanted a list of"),
        ('["a"]', "wanted {"),
        ('[{"PropertyGroupId": "a", "PropertyMap": 1}]', "wanted {"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_what_is_wanted(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "p.json"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        properties.read(path)
    assert f"{path}: {complaint}" in str(error.value)


def test_a_file_that_is_not_there_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read: No such file.*--properties"):
        properties.read(tmp_path / "none.json")


def test_an_argument_goes_before_the_environment_and_that_before_the_service(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(properties.FILE_VARIABLE, raising=False)
    assert properties.find() == Path("/etc/flink/application_properties.json")
    monkeypatch.setenv(properties.FILE_VARIABLE, str(tmp_path / "e.json"))
    assert properties.find() == tmp_path / "e.json"
    assert properties.find(tmp_path / "a.json") == tmp_path / "a.json"
