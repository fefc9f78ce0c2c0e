"""One way to make boto3 clients: region, endpoint, bounded time-outs, and no retries behind our back.

The loop above retries everything, with the state of the world in view; botocore's own retries would only hide it.
"""

from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.config import Config

from authpulse_operator.adapters.aws.errors import translated

LOCAL_KEYS: Final = ("test", "test")


@dataclass(frozen=True, slots=True)
class Session:
    """Where AWS is. With an `endpoint` the keys of a local AWS are used, never a person's own."""

    region: str
    endpoint: str | None = None

    def client(self, service: str) -> Any:
        """A boto3 client. Its type is the caller's to say. Raises Terminal for a profile that does not exist."""
        key, secret = LOCAL_KEYS if self.endpoint else (None, None)
        config = Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"} if self.endpoint else {},
        )
        make: Any = boto3.client  # its overloads go by literal names
        with translated(f"preparing to call {service}"):
            return make(
                service,
                region_name=self.region,
                endpoint_url=self.endpoint,
                aws_access_key_id=key,
                aws_secret_access_key=secret,
                config=config,
            )
