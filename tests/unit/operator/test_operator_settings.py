"""The operator's own settings, from environment variables."""

import pytest

from authpulse.errors import InputError
from authpulse_operator.runtime.settings import OperatorSettings


def test_without_variables_there_are_defaults() -> None:
    assert OperatorSettings.of_environment({"PATH": "/bin"}) == OperatorSettings()


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert OperatorSettings.of_environment({"AUTHPULSE_OPERATOR_AWS_ENDPOINT": ""}).aws_endpoint is None


def test_lists_are_separated_by_commas() -> None:
    found = OperatorSettings.of_environment({"AUTHPULSE_OPERATOR_NAMESPACES": "a, b,"})
    assert found.namespaces == ("a", "b")


def test_every_variable_is_of_the_type_of_its_field() -> None:
    found = OperatorSettings.of_environment(
        {"AUTHPULSE_OPERATOR_WORKERS": "4", "AUTHPULSE_OPERATOR_PEERING": "true", "AUTHPULSE_OPERATOR_CANARY": "a/b"}
    )
    assert (found.workers, found.peering, found.canary) == (4, True, "a/b")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WORKRES", "4", "AUTHPULSE_OPERATOR_WORKRES: no such key; did you mean `workers`?"),
        ("WORKERS", "0", "AUTHPULSE_OPERATOR_WORKERS: '0' is below 1"),
        ("WORKERS", "many", "AUTHPULSE_OPERATOR_WORKERS: 'many' is not a whole number"),
        ("LOG_FORMAT", "xml", "AUTHPULSE_OPERATOR_LOG_FORMAT: 'xml' is not known; there are json, text"),
    ],
)
def test_a_mistake_is_told_by_the_name_of_its_variable(name: str, value: str, said: str) -> None:
    with pytest.raises(InputError) as told:
        OperatorSettings.of_environment({f"AUTHPULSE_OPERATOR_{name}": value})
    assert str(told.value) == said
