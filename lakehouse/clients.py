"""AWS as the lakehouse's own jobs need it: boto3 clients and the catalogue, with their errors in our words.

What is called here may be repeated, so botocore's retries are left on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from pyiceberg.catalog import Catalog

from authpulse.configuration import Aws
from authpulse.errors import AuthPulseError, PrerequisiteError, ReachabilityError
from authpulse.local_keys import local_keys
from lakehouse import catalog

ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Clients:
    """With an endpoint, the keys of a local AWS are used and never a person's own."""

    aws: Aws
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def get(self, service: str) -> Any:
        """A boto3 client, made once. Its type is the caller's to say."""
        if service not in self._made:
            key, secret, token = local_keys() if self.aws.endpoint_url else (None, None, None)
            make: Any = boto3.client  # its overloads go by literal names
            self._made[service] = make(
                service,
                region_name=self.aws.region,
                endpoint_url=self.aws.endpoint_url,
                aws_access_key_id=key,
                aws_secret_access_key=secret,
                aws_session_token=token,
                config=Config(
                    connect_timeout=5,
                    read_timeout=60,
                    retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
                    user_agent_extra="authpulse-lakehouse",
                    s3={"addressing_style": "path"} if self.aws.endpoint_url else {},
                ),
            )
        return self._made[service]

    def catalog(self) -> Catalog:
        """The Glue catalogue over the same client."""
        key, secret, token = local_keys() if self.aws.endpoint_url else (None, None, None)
        return catalog.glue(
            region=self.aws.region,
            endpoint=self.aws.endpoint_url,
            access_key=key,
            secret_key=secret,
            session_token=token,
            client=self.get("glue"),
        )

    @contextmanager
    def translated(self, doing: str) -> Iterator[None]:
        """Raises ReachabilityError for an endpoint that does not answer, PrerequisiteError without credentials, and
        AuthPulseError for what AWS refuses."""
        where = self.aws.endpoint_url or f"AWS in {self.aws.region}"
        try:
            yield
        except ClientError as error:
            said = error.response.get("Error", {})
            raise AuthPulseError(f"{doing}: {where} refuses: {said.get('Code')}: {said.get('Message')}") from error
        except (NoConnectionError, HTTPClientError) as error:
            raise ReachabilityError(
                f"{doing}: no answer at {where}: is it running, and is aws.endpoint_url right?"
            ) from error
        except BotoCoreError as error:
            raise PrerequisiteError(f"{doing}: {where} cannot be called: {error}") from error
