"""Which keys a local AWS is called with."""

import pytest

from authpulse.local_keys import local_keys


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", ""])
def test_a_persons_own_keys_never_go_to_a_local_aws(key: str) -> None:
    assert local_keys({"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "secret"}) == ("test", "test", None)


def test_a_session_of_a_role_on_a_local_aws_is_taken_from_the_environment() -> None:
    environ = {"AWS_ACCESS_KEY_ID": "LSIAQAAAAAAAEXAMPLE0", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
    assert local_keys(environ) == ("LSIAQAAAAAAAEXAMPLE0", "s", "t")
