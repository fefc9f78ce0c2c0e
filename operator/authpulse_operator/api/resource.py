"""The resource as a manifest: group, version, kind, metadata and spec, with errors that say where and what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from authpulse.errors import InputError
from authpulse.validation import validate
from authpulse_operator.api.sections import Section
from authpulse_operator.api.spec import Spec

GROUP: Final = "authpulse.io"
API_VERSION: Final = f"{GROUP}/v1alpha1"
KIND: Final = "AuthPulse"
PAUSED_ANNOTATION: Final = f"{GROUP}/paused"
"""`true`: the operator looks and reports, and does nothing."""
ABANDON_ANNOTATION: Final = f"{GROUP}/abandon-deployment"
"""The id of a deployment (status.deployment.id) to be rolled back as if it had not passed the health gate."""
ORPHAN_ANNOTATION: Final = f"{GROUP}/orphan"
"""`true`, on a resource that is being deleted: let it go without cleaning up, for an AWS that will not answer again."""


class Metadata(Section):
    """The part of the metadata that means something here; what tools add beside it is left alone."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    namespace: str = "default"
    uid: str = ""
    generation: int = 1
    annotations: Mapping[str, str] = {}
    deletion_timestamp: datetime | None = None


class AuthPulse(Section):
    """One resource."""

    api_version: Literal["authpulse.io/v1alpha1"]
    kind: Literal["AuthPulse"]
    metadata: Metadata
    spec: Spec

    @property
    def identity(self) -> str:
        """Who owns an application: namespace and name."""
        return f"{self.metadata.namespace}/{self.metadata.name}"

    @property
    def is_paused(self) -> bool:
        return self.metadata.annotations.get(PAUSED_ANNOTATION) == "true"

    @property
    def leaves_aws_as_it_is(self) -> bool:
        """It is being deleted and keeps what it has on AWS, which then need not even answer."""
        return self.metadata.deletion_timestamp is not None and self.spec.deletion_policy == "Retain"


def parse_manifest(document: Any, where: str) -> AuthPulse:
    """The resource in a parsed manifest. Raises InputError with one line for each thing that is wrong."""
    if isinstance(document, dict) and "kind" in document and document["kind"] != KIND:
        raise InputError(f"{where}: kind: {document['kind']!r} is not {KIND}")
    return validate(AuthPulse, document, where)
