"""Athena through PyAthena: the one way in, for our own statements and for those of Great Expectations."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from botocore.exceptions import BotoCoreError, ClientError
from pyathena import connect
from pyathena.error import Error as PyAthenaError

from authpulse.configuration import Configuration
from authpulse.errors import AuthPulseError
from authpulse.local_keys import local_keys

POLL_SECONDS: Final = 0.2
LOCAL_POLL_SECONDS: Final = 0.05


class QueryError(AuthPulseError):
    """Athena refused or failed a statement, or did not answer. The message is one line of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the tables are."""

    configuration: Configuration

    @property
    def url(self) -> str:
        """For SQLAlchemy, together with `arguments`."""
        region = self.configuration.aws.region
        return f"awsathena+rest://@athena.{region}.amazonaws.com:443/{self.configuration.lakehouse.database}"

    @property
    def arguments(self) -> dict[str, Any]:
        """PyAthena's. With an endpoint the keys of a local AWS are used, never a person's own."""
        settings = self.configuration
        arguments: dict[str, Any] = {
            "region_name": settings.aws.region,
            "schema_name": settings.lakehouse.database,
            "work_group": settings.lakehouse.work_group,
            "s3_staging_dir": settings.names.query_results,
            "poll_interval": POLL_SECONDS,
        }
        if settings.aws.endpoint_url:
            key, secret, token = local_keys()
            arguments |= {
                "endpoint_url": settings.aws.endpoint_url,
                "aws_access_key_id": key,
                "aws_secret_access_key": secret,
                "aws_session_token": token,
                "poll_interval": LOCAL_POLL_SECONDS,
            }
        return arguments


class Athena:
    """Our own statements. Use as a context manager."""

    def __init__(self, place: Place) -> None:
        with _translated():
            self._connection = connect(**place.arguments)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The answer of a query that has few rows. Raises QueryError."""
        with _translated():
            return list(self._connection.cursor().execute(sql).fetchall())

    def change(self, sql: str) -> int:
        """Rows that a statement wrote. Raises QueryError."""
        with _translated():
            return max(0, int(self._connection.cursor().execute(sql).rowcount))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (PyAthenaError, ClientError, BotoCoreError) as error:
        raise QueryError(one_line(str(error))) from error


def one_line(message: str) -> str:
    """The first line that says something."""
    return next((line.strip() for line in message.splitlines() if line.strip()), "no message")
