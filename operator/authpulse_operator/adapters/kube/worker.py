"""Pods that work for a resource: everything about them but what they run.

They meet Pod Security's level Restricted. A pod's configuration is an annotation of its own, shown to it as a file:
there is no second object that could be missing, or changed under a pod that runs. No credential is in a manifest: keys
come from the Secret that the spec names, or from the service account.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

import yaml

from authpulse.configuration import BUCKETS_PER_SHARD
from authpulse.names import Names
from authpulse_operator.adapters.kube.api import FIELD_MANAGER
from authpulse_operator.adapters.kube.kinds import Json
from authpulse_operator.adapters.kube.secrets import KEYS, SESSION_KEY
from authpulse_operator.api.resource import GROUP, AuthPulse
from authpulse_operator.api.spec import Volume
from authpulse_operator.core.errors import Terminal

RESOURCE_LABEL: Final = f"{GROUP}/resource"
RUN_LABEL: Final = f"{GROUP}/run"
COMPONENT_LABEL: Final = "app.kubernetes.io/component"
OURS: Final = f"app.kubernetes.io/managed-by={FIELD_MANAGER}"
"""Selects what the operator has made."""
CONFIGURATION_ANNOTATION: Final = f"{GROUP}/configuration"
CONFIGURATION: Final = PurePosixPath("/etc/authpulse/config.yaml")
LABEL_CHARACTERS: Final = 63
NO_IMAGE: Final = (
    "replays, checks and aggregates need an image, and the operator's settings name none: set "
    "AUTHPULSE_OPERATOR_WORKER_IMAGE"
)
GRACE_SECONDS: Final = 45  # a producer brings home what is on its way in 20


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What the operator's own settings say about pods that work for resources."""

    image: str
    """With everything of the main environment in it; by digest, or with a tag of its own. Empty: none is set."""
    image_pull_policy: str = "IfNotPresent"
    image_pull_secrets: tuple[str, ...] = ()
    """In the resource's namespace."""
    service_account: str | None = None
    """In the resource's namespace, with the annotation of its AWS role; none: the namespace's default."""
    user: int = 65532
    """Any but root."""
    requests: Mapping[str, str] = field(default_factory=lambda: {"cpu": "250m", "memory": "256Mi"})
    limits: Mapping[str, str] = field(default_factory=lambda: {"memory": "1Gi"})
    endpoint: str | None = None
    """Of a local AWS, for resources that name none."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Further variables; nothing secret."""
    node_selector: Mapping[str, str] = field(default_factory=dict)
    backoff_limit: int = 3
    """How many pods of a replay may fail before its Job has."""
    schedule_deadline_seconds: int = 3600
    """How long a scheduled run may take."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Makes the pod templates of one resource."""

    settings: WorkerSettings
    resource: AuthPulse
    names: Names

    def labels(self, component: str, **further: str) -> dict[str, str]:
        """Of everything that belongs to the resource."""
        return {
            "app.kubernetes.io/name": "authpulse",
            "app.kubernetes.io/instance": self.resource.metadata.name,
            "app.kubernetes.io/managed-by": FIELD_MANAGER,
            COMPONENT_LABEL: component,
            RESOURCE_LABEL: self.resource.metadata.name,
            **further,
        }

    def template(self, command: Sequence[str], labels: Mapping[str, str], *, volume: Volume | None = None) -> Json:
        """A pod that runs the command once. Its configuration is at `CONFIGURATION`; it may write to /tmp.

        Raises Terminal where the operator's settings name no image.
        """
        settings = self.settings
        if not settings.image:
            raise Terminal(NO_IMAGE)
        container: Json = {
            "name": "worker",
            "image": settings.image,
            "imagePullPolicy": settings.image_pull_policy,
            "command": list(command),
            "env": self._environment(),
            "resources": {"requests": dict(settings.requests), "limits": dict(settings.limits)},
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
            },
            # the last lines of a worker that fails say why: they become the replay's message
            "terminationMessagePolicy": "FallbackToLogsOnError",
            "volumeMounts": [
                {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - the pod's own
                {"name": "configuration", "mountPath": str(CONFIGURATION.parent), "readOnly": True},
            ],
        }
        spec: Json = {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,  # a worker has no business with the API server
            "terminationGracePeriodSeconds": GRACE_SECONDS,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": settings.user,
                "runAsGroup": settings.user,
                "fsGroup": settings.user,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [container],
            "volumes": [{"name": "tmp", "emptyDir": {}}, _configuration_volume()],
        }
        if volume is not None:
            mount = {"name": "logs", "mountPath": volume.mount_path, "readOnly": True}
            container["volumeMounts"].append(mount)
            claim = {"claimName": volume.claim_name, "readOnly": True}
            spec["volumes"].append({"name": "logs", "persistentVolumeClaim": claim})
        if settings.service_account:
            spec["serviceAccountName"] = settings.service_account
        if settings.image_pull_secrets:
            spec["imagePullSecrets"] = [{"name": name} for name in settings.image_pull_secrets]
        if settings.node_selector:
            spec["nodeSelector"] = dict(settings.node_selector)
        annotations = {CONFIGURATION_ANNOTATION: self._configuration()}
        return {"metadata": {"labels": dict(labels), "annotations": annotations}, "spec": spec}

    @property
    def _endpoint(self) -> str | None:
        return self.resource.spec.aws.endpoint or self.settings.endpoint

    def _configuration(self) -> str:
        """What `authpulse.configuration` reads."""
        spec, names = self.resource.spec, self.names
        endpoint = {"endpoint_url": self._endpoint} if self._endpoint else {}
        document = {
            "environment": names.environment,
            "aws": {"account": names.account, "region": names.region, **endpoint},
            "producer": {"buckets": BUCKETS_PER_SHARD * spec.stream.shards},
        }
        return yaml.safe_dump(document, sort_keys=False)

    def _environment(self) -> list[Json]:
        aws = self.resource.spec.aws
        plain = {"AWS_REGION": aws.region, "AWS_DEFAULT_REGION": aws.region, "HOME": "/tmp", "PYTHONUNBUFFERED": "1"}  # noqa: S108
        if self._endpoint:
            plain["AWS_ENDPOINT_URL"] = self._endpoint
        variables: list[Json] = [{"name": k, "value": v} for k, v in (plain | dict(self.settings.environment)).items()]
        if secret := aws.credentials.secret_name:
            for key in (*KEYS, SESSION_KEY):
                reference: Json = {"name": secret, "key": key}
                if key == SESSION_KEY:
                    reference["optional"] = True
                variables.append({"name": key.upper(), "valueFrom": {"secretKeyRef": reference}})
        return variables


def shortened(name: str, limit: int) -> str:
    """The name itself where it fits, else its beginning and a hash of all of it."""
    if len(name) <= limit:
        return name
    return hashed(name, limit, of=name)


def hashed(name: str, limit: int, *, of: str) -> str:
    """The name's beginning and a hash."""
    digest = hashlib.sha256(of.encode()).hexdigest()[:8]
    return f"{name[: limit - 9].rstrip('-.')}-{digest}"


def _configuration_volume() -> Json:
    item = {
        "path": CONFIGURATION.name,
        "fieldRef": {"fieldPath": f"metadata.annotations['{CONFIGURATION_ANNOTATION}']"},
    }
    return {"name": "configuration", "downwardAPI": {"items": [item]}}
