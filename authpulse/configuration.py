"""Settings of the tools for one environment: `config/dev.yaml`, and environment variables above it.

    AUTHPULSE_STREAM__NAME=other      sets stream.name: AUTHPULSE_, then the path with two underscores between its parts
    AWS_REGION, AWS_ENDPOINT_URL      are respected where the file leaves region or endpoint open, as by every AWS tool

A manifest describes what is to run; this says how the tools that a person starts by hand reach it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field

from authpulse.documents import read_yaml
from authpulse.errors import InputError
from authpulse.names import ENVIRONMENT_PATTERN, Names
from authpulse.validation import validate

PREFIX: Final = "AUTHPULSE_"
SEPARATOR: Final = "__"
LOCAL_ACCOUNT: Final = "000000000000"
BUCKETS_PER_SHARD: Final = 8
"""Enough to fill shards evenly; more would make smaller packs, and each costs a record all the way."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Aws(_Section):
    """Where AWS is. Credentials come from the usual chain and are never part of a configuration."""

    account: Annotated[str, Field(pattern=r"^\d{12}$")] = LOCAL_ACCOUNT
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = "us-east-1"
    endpoint_url: str | None = None
    """Endpoint of a local AWS; none for AWS itself."""


class Stream(_Section):
    """The Kinesis stream."""

    name: str = ""
    """Derived from the environment when empty."""


class Lakehouse(_Section):
    """The tables' database and the Athena work group."""

    database: str = ""
    """Derived from the environment when empty, as is the work group."""
    work_group: str = ""


class Producer(_Section):
    """How a replay packs and sends."""

    buckets: Annotated[int, Field(ge=1, le=4096)] = 64
    """User buckets, each in order: the partition keys. More than shards, so that shards fill evenly."""
    pack_bytes: Annotated[int, Field(ge=1024, le=1_000_000)] = 25_600
    """A pack closes at this size: one PUT payload unit of Kinesis."""
    pack_seconds: Annotated[float, Field(gt=0, le=60)] = 1.0
    """… or when it spans this much event time: a wider pack makes its own events late."""
    unpaced_pack_seconds: Annotated[float, Field(gt=0, le=60)] = 4.0
    """The same for a replay as fast as possible: a sparse log then makes fewer and fuller packs. Within the job's
    `watermark.delay.ms`, or they would be late all the same."""
    max_attempts: Annotated[int, Field(ge=1, le=100)] = 20
    """How often a failed record is sent before the replay gives up (and can be resumed)."""


class Configuration(_Section):
    """Everything; `load` gives it with the derived names filled in."""

    environment: Annotated[str, Field(pattern=ENVIRONMENT_PATTERN.pattern)]
    aws: Aws = Aws()
    stream: Stream = Stream()
    lakehouse: Lakehouse = Lakehouse()
    producer: Producer = Producer()

    @property
    def names(self) -> Names:
        return Names(self.environment, self.aws.account, self.aws.region)


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Configuration:
    """The configuration in a file, with environment variables above it.

    Raises InputError: one line for each key that is unknown or has a value that cannot be.
    """
    document = read_yaml(path)
    if isinstance(document, dict):
        _defaults_of_aws(document, environ)
        for name, value in environ.items():
            if name.startswith(PREFIX) and SEPARATOR in name:
                _set(document, name.removeprefix(PREFIX).lower().split(SEPARATOR), value, where=name)
    read = validate(Configuration, document, str(path))
    names = read.names
    return read.model_copy(
        update={
            "stream": Stream(name=read.stream.name or names.stream),
            "lakehouse": Lakehouse(
                database=read.lakehouse.database or names.database,
                work_group=read.lakehouse.work_group or names.work_group,
            ),
        }
    )


def _defaults_of_aws(document: dict[str, Any], environ: Mapping[str, str]) -> None:
    aws = document.setdefault("aws", {})
    for key, name in (("region", "AWS_REGION"), ("endpoint_url", "AWS_ENDPOINT_URL")):
        if isinstance(aws, dict) and environ.get(name):
            aws.setdefault(key, environ[name])


def _set(document: dict[str, Any], path: list[str], value: str, *, where: str) -> None:
    for step in path[:-1]:
        document = document.setdefault(step, {})
        if not isinstance(document, dict):
            raise InputError(f"{where}: {step} is a value, not a section")
    document[path[-1]] = yaml.safe_load(value)
