"""Configuration files: defaults, environment variables above them, and how a mistake is explained."""

from pathlib import Path

import pytest

from authpulse.configuration import load
from authpulse.errors import InputError
from authpulse.names import Names

ROOT = Path(__file__).parents[3]


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "dev.yaml"
        path.write_text(text)
        return path

    return write


def test_names_follow_from_the_environment(written) -> None:
    configuration = load(written("environment: dev"), {})
    assert configuration.stream.name == "authpulse-dev-auth-events"
    assert configuration.lakehouse.database == "authpulse_dev"
    assert configuration.lakehouse.work_group == "authpulse-dev"


def test_a_given_name_is_kept(written) -> None:
    assert load(written("environment: dev\nstream: {name: mine}"), {}).stream.name == "mine"


def test_variables_stand_above_the_file(written) -> None:
    environ = {"AUTHPULSE_PRODUCER__BUCKETS": "7", "AUTHPULSE_STREAM__NAME": "other", "AUTHPULSE_HOME": "/ignored"}
    configuration = load(written("environment: dev\nproducer: {buckets: 3}"), environ)
    assert (configuration.producer.buckets, configuration.stream.name) == (7, "other")


def test_what_aws_tools_read_counts_where_the_file_is_silent(written) -> None:
    environ = {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
    aws = load(written("environment: dev\naws: {region: us-west-2}"), environ).aws
    assert (aws.region, aws.endpoint_url) == ("us-west-2", "http://127.0.0.1:4566")


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_configurations_of_the_repository_are_valid(name: str) -> None:
    assert load(ROOT / f"config/{name}.yaml", {}).environment == name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("environment: dev\nproducer: {bukets: 3}", "producer.bukets: no such key; did you mean `buckets`?"),
        ("environment: dev\nproducer: {pack_bytes: 3}", "producer.pack_bytes: 3 is below 1024"),
        ("environment: dev\nproducer: {pack_seconds: fast}", "producer.pack_seconds: 'fast' is not a number"),
        ("environment: dev\naws: 3", "aws: 3 is not a mapping"),
        ("aws: {}", "environment: missing"),
        ("- dev", "wanted a mapping at the top"),
    ],
)
def test_a_mistake_is_explained_in_one_line(written, text: str, message: str) -> None:
    path = written(text)
    with pytest.raises(InputError) as error:
        load(path, {})
    assert str(error.value) == f"{path}: {message}"


def test_broken_yaml_is_reported_with_line_and_column(written) -> None:
    path = written("environment: dev\naws: [")
    with pytest.raises(InputError, match=r"dev\.yaml:2:7: not YAML"):
        load(path, {})


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load(tmp_path / "none.yaml", {})


def test_a_variable_below_a_value_is_refused(written) -> None:
    with pytest.raises(InputError, match="AUTHPULSE_ENVIRONMENT__NAME: environment is a value, not a section"):
        load(written("environment: dev"), {"AUTHPULSE_ENVIRONMENT__NAME": "x"})


@pytest.mark.parametrize("environment", ["Dev", "", "a-b", "x" * 17])
def test_an_environment_that_fits_no_bucket_name_is_refused(environment: str) -> None:
    with pytest.raises(InputError, match="1 to 16 small letters and digits"):
        Names(environment, "000000000000", "us-east-1")
