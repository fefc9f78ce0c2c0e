"""The description as JSON with placeholders, for `terraform/modules/foundation`: `python -m authpulse.foundation`.

A placeholder is `${environment}` and the like, which Terraform's `templatefile` fills in. They are put where the values
stand otherwise, by names that are made of placeholders: nothing here knows how a name is put together.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from authpulse.foundation.alarms import ALARMS, UNHEALTHY
from authpulse.foundation.dashboards import dashboard
from authpulse.foundation.description import tags
from authpulse.foundation.roles import roles
from authpulse.foundation.statements import Json
from authpulse.foundation.trust import bucket_policy, job_trust, key_policy, pod_trust, topic_policy
from authpulse.names import Names


@dataclass(frozen=True, slots=True)
class _Placeholders(Names):
    """Names before anybody has said of what."""

    def __post_init__(self) -> None:
        """Nothing to check yet: Terraform checks what it is given."""


BEFORE: Final = _Placeholders("${environment}", "${account}", "${region}")
"""Bucket and application as they are called by default."""
TEMPLATE: Final = _Placeholders(
    *("${environment}", "${account}", "${region}"), own_bucket="${bucket}", own_application="${application}"
)
KEY: Final = "${key_arn}"
RUNBOOK: Final = "${runbook}"


def defaults(names: Names = BEFORE) -> Json:
    """What may be called otherwise."""
    return {"application": names.application, "bucket": names.bucket}


def all_names(names: Names = TEMPLATE) -> Json:
    """Everything that has a name, and where things lie."""
    return {
        "prefix": names.prefix,
        "stream": names.stream,
        "stream_arn": names.stream_arn,
        "bucket": names.bucket,
        "bucket_arn": names.bucket_arn,
        "warehouse": names.warehouse,
        "query_results": names.query_results,
        "database": names.database,
        "work_group": names.work_group,
        "application": names.application,
        "application_arn": names.application_arn,
        "log_group": names.log_group,
        "log_stream": names.log_stream,
        "log_stream_arn": names.log_stream_arn,
        "job_role": names.job_role,
        "job_role_arn": names.job_role_arn,
        "alarm_topic": names.alarm_topic,
        "alarm_topic_arn": names.alarm_topic_arn,
        "dashboard": names.dashboard,
        "key_alias": names.key_alias,
        "tags": tags(names),
    }


def all_roles(names: Names = TEMPLATE, key_arn: str = KEY) -> Json:
    """Roles by kind, with all their statements, whatever is chosen."""
    return {
        role.kind: {
            "name": role.name(names),
            "what_for": role.what_for,
            "service": role.service or "",
            "statements": [s.annotated() for s in role.statements],
        }
        for role in roles(names, key_arn=key_arn)
    }


def trust(names: Names = TEMPLATE) -> Json:
    """Policies that name somebody."""
    return {
        "job": job_trust(names),
        "bucket": bucket_policy(names),
        "topic": topic_policy(names),
        "key": key_policy(names),
    }


def trust_of_pods(
    provider_arn: str = "${provider_arn}",
    issuer: str = "${issuer}",
    namespace: str = "${namespace}",
    service_account: str = "${service_account}",
) -> Json:
    """By how pods get credentials."""
    return {
        "irsa": pod_trust(
            "irsa", provider_arn=provider_arn, issuer=issuer, namespace=namespace, service_account=service_account
        ),
        "pod-identity": pod_trust(
            "pod-identity",
            provider_arn=provider_arn,
            issuer=issuer,
            namespace=namespace,
            service_account=service_account,
        ),
    }


def all_alarms(names: Names = TEMPLATE, runbook: str = RUNBOOK) -> Json:
    """Requests of CloudWatch's API by kind, as AWS gets them."""
    return {
        "metric": {a.kind: a.request(names, local=False, runbook=runbook) for a in ALARMS},
        "composite": {UNHEALTHY.kind: UNHEALTHY.request(names, runbook=runbook)},
    }


def documents() -> Mapping[str, Json]:
    """File names and what is in them."""
    return {
        "defaults.json": defaults(),
        "names.json": all_names(),
        "roles.json": all_roles(),
        "trust.json": trust(),
        "trust_of_pods.json": trust_of_pods(),
        "alarms.json": all_alarms(),
        "dashboard.json": dashboard(TEMPLATE),
    }


def text_of(document: Json) -> str:
    return json.dumps(document, indent=2) + "\n"
