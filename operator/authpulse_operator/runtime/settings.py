"""How the operator itself runs: environment variables, each `AUTHPULSE_OPERATOR_` and the field's name in capitals.

What a pipeline is like stands in its resource; nothing here is about one. docs/reference/settings.md is made from this.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from authpulse.errors import InputError
from authpulse.validation import validate

PREFIX: Final = "AUTHPULSE_OPERATOR_"
LABEL: Final = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"

Port = Annotated[int, Field(ge=0, le=65535)]


class OperatorSettings(BaseModel):
    """All of them. Lists are separated by commas."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    namespaces: tuple[Annotated[str, Field(pattern=LABEL)], ...] = ()
    """Resources of these namespaces only, with rights in them only; all namespaces when empty."""
    code: Path = Path("/opt/authpulse/authpulse-job.zip")
    """The job's zip, for resources that do not bring their own."""
    rules: Path = Path("/opt/authpulse/rules.yaml")
    """The built-in rules."""
    worker_image: str = ""
    """Image of replays, checks and aggregates. Without it a resource with any of them says NoWorkerImage."""
    worker_image_pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    """When the kubelet pulls it."""
    worker_image_pull_secrets: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Names of Secrets, in the resources' namespaces, with which it is pulled."""
    worker_service_account: str = ""
    """Of those pods, in the resources' namespaces: where their AWS role comes from. Empty: the namespace's default."""
    aws_endpoint: Annotated[str | None, Field(pattern=r"^https?://.+$")] = None
    """Endpoint of a local AWS for resources that name none; none for AWS itself."""
    poll_seconds: Annotated[float, Field(ge=1, le=3600)] = 30
    """From one look at a resource that is as specified to the next. AWS tells nobody what changes."""
    workers: Annotated[int, Field(ge=1, le=256)] = 16
    """Passes at the same time, and connections to the API server."""
    retry_seconds: Annotated[float, Field(gt=0, le=60)] = 2
    """Before something that failed unexpectedly is tried again the first time; then twice as long, and so on."""
    retry_max_seconds: Annotated[float, Field(ge=1, le=3600)] = 60
    """The longest wait before another try, also of a deletion while AWS does not answer."""
    grace_seconds: Annotated[float, Field(ge=1, le=600)] = 20
    """After SIGTERM, for passes under way to finish. Below the pod's terminationGracePeriodSeconds."""
    http_address: str = "127.0.0.1"
    """Where /healthz, /readyz and /metrics are served. In a pod 0.0.0.0, so that kubelet and Prometheus reach it."""
    health_port: Port = 8080
    """Of /healthz and /readyz; 0 takes any that is free."""
    metrics_port: Port = 8081
    """Of /metrics; equal to health_port serves all at one."""
    stale_seconds: Annotated[float, Field(ge=10, le=86400)] = 300
    """Without a completed pass for so long, while there are resources, /healthz fails and the kubelet restarts us."""
    watch_stale_seconds: Annotated[float, Field(ge=80, le=86400)] = 210
    """Without a sign of life of a watch (an event, a bookmark, a new attempt) for so long, it fails as well."""
    canary: Annotated[str | None, Field(pattern=r"^[^/]+/[^/]+$")] = None
    """namespace/name of a resource whose own passes /healthz judges, besides those of all."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Of our own log; libraries say warnings only, unless this is DEBUG."""
    log_format: Literal["json", "text"] = "json"
    """One JSON object a line, or lines for people."""
    peering: bool = False
    """Kopf's peering: pause while another operator of higher priority runs. One replica with Recreate needs none."""
    reload: bool = False
    """Begin anew when a file of the operator's code changes, for a development loop that copies files into its pod."""

    @field_validator("namespaces", "worker_image_pull_secrets", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        return tuple(v.strip() for v in value.split(",") if v.strip()) if isinstance(value, str) else value

    @classmethod
    def of_environment(cls, environ: Mapping[str, str]) -> Self:
        """Raises InputError with one line for each variable that is unknown or has a value that cannot be."""
        given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
        document = {name.removeprefix(PREFIX).lower(): value for name, value in given.items() if value}
        try:
            return validate(cls, document, "environment")
        except InputError as error:
            known = {f"environment: {field}": f"{PREFIX}{field.upper()}" for field in (*cls.model_fields, *document)}
            lines = [_named(line, known) for line in str(error).splitlines()]
            raise InputError("\n".join(lines)) from error


def _named(line: str, known: Mapping[str, str]) -> str:
    """The line with the variable's name in place of the field's."""
    field, colon, rest = line.partition(": ")[2].partition(":")
    return f"{known.get(f'environment: {field}', field)}{colon}{rest}"
