"""Kinesis and S3 through boto3, with their errors in our words."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
from botocore.exceptions import ConnectionError as NoConnectionError

from authpulse.configuration import Aws
from authpulse.errors import AuthPulseError, PrerequisiteError, ReachabilityError
from authpulse.local_keys import local_keys
from producer import cbor
from producer.stream import Record, Refusal, RequestFailed

NOT_FOUND: Final = frozenset({"ResourceNotFoundException", "NoSuchBucket"})
PASSING: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "Throttling",
        "RequestLimitExceeded",
        "LimitExceededException",
        "KMSThrottlingException",
        "RequestTimeout",
        "ExpiredToken",  # whoever gave the credentials renews them
        "ExpiredTokenException",
    }
)
READY: Final = frozenset({"ACTIVE", "UPDATING"})


def client(service: str, aws: Aws) -> Any:
    """A boto3 client without retries of its own: which record goes again, and when, is ours to decide.

    With an endpoint, the keys of a local AWS are used and never a person's own.
    """
    key, secret, token = local_keys() if aws.endpoint_url else (None, None, None)
    make: Any = boto3.client  # its overloads go by literal names
    return make(
        service,
        region_name=aws.region,
        endpoint_url=aws.endpoint_url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"total_max_attempts": 1},
            # Both cost more than the rest of a small request: checks that `outbox` makes anyway, and a header put
            # together anew each time.
            parameter_validation=False,
            user_agent="authpulse-producer",
            s3={"addressing_style": "path"} if aws.endpoint_url else {},
        ),
    )


class KinesisStream:
    """`stream.Stream` for a stream of Kinesis."""

    def __init__(self, name: str, aws: Aws) -> None:
        self.name = name
        self._aws = aws
        self._kinesis = client("kinesis", aws)
        cbor.speak(self._kinesis)

    def check(self) -> None:
        """See `Stream`."""
        described = self._call(lambda: self._kinesis.describe_stream_summary(StreamName=self.name))
        status = described["StreamDescriptionSummary"]["StreamStatus"]
        if status not in READY:
            raise AuthPulseError(f"stream {self.name} is {status}, not ACTIVE; try again in a moment")

    def put(self, records: Sequence[Record]) -> list[Refusal | None]:
        """See `Stream`."""
        try:
            answer = self._call(lambda: self._kinesis.put_records(StreamName=self.name, Records=records))
        except ReachabilityError as error:
            raise RequestFailed(str(error), ReachabilityError) from error
        if not answer["FailedRecordCount"]:
            return [None] * len(records)
        return [
            Refusal(result["ErrorCode"], result.get("ErrorMessage", "")) if result.get("ErrorCode") else None
            for result in answer["Records"]
        ]

    def _call(self, call: Callable[[], Any]) -> Any:
        """Raises ReachabilityError, RequestFailed for what passes, AuthPulseError for what does not."""
        where = self._aws.endpoint_url or f"AWS in {self._aws.region}"
        try:
            return call()
        except ClientError as error:
            code, message = code_of(error), str(error.response.get("Error", {}).get("Message", ""))
            if code in NOT_FOUND:
                raise PrerequisiteError(
                    f"there is no stream {self.name} at {where}: make the foundation first, as `authpulse up` does"
                ) from error
            if code in PASSING or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
                raise RequestFailed(f"Kinesis at {where}: {code}: {message}", AuthPulseError) from error
            raise AuthPulseError(f"Kinesis at {where} refuses stream {self.name}: {code}: {message}") from error
        except (NoConnectionError, HTTPClientError) as error:
            raise ReachabilityError(
                f"Kinesis does not answer at {where}: is it running, and is aws.endpoint_url right?"
            ) from error
        except (NoCredentialsError, BotoCoreError) as error:
            raise PrerequisiteError(f"Kinesis at {where} cannot be called: {error}") from error


def code_of(error: ClientError) -> str:
    """The service's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))
