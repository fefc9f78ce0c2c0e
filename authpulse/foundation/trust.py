"""Who may take a role, and what bucket and topic let in: policies that name somebody."""

from typing import Literal

from authpulse.foundation.operator_role import FLINK_PRINCIPAL
from authpulse.foundation.statements import VERSION, Json
from authpulse.names import Names

Identity = Literal["irsa", "pod-identity"]


def job_trust(names: Names) -> Json:
    """Only Managed Flink may take the job's role, and only for this application of this account."""
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": FLINK_PRINCIPAL},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": names.account},
                    "ArnEquals": {"aws:SourceArn": names.application_arn},
                },
            }
        ],
    }


def pod_trust(identity: Identity, *, provider_arn: str, issuer: str, namespace: str, service_account: str) -> Json:
    """Only pods of one service account may take a role.

    `provider_arn` is the cluster's OIDC provider and `issuer` its URL without https://; Pod Identity needs neither.
    """
    if identity == "irsa":
        return _only(
            {"Federated": provider_arn},
            ["sts:AssumeRoleWithWebIdentity"],
            {
                f"{issuer}:aud": "sts.amazonaws.com",
                f"{issuer}:sub": f"system:serviceaccount:{namespace}:{service_account}",
            },
        )
    return _only(
        {"Service": "pods.eks.amazonaws.com"},
        ["sts:AssumeRole", "sts:TagSession"],
        {
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": service_account,
        },
    )


def bucket_policy(names: Names) -> Json:
    """Nobody speaks to the bucket without TLS."""
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "DenyPlainHttp",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [names.bucket_arn, f"{names.bucket_arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


def topic_policy(names: Names) -> Json:
    """Alarms of this account may publish; and whoever the account gives rights to, as always."""
    of_this_account = {"StringEquals": {"aws:SourceAccount": names.account}}
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "PublishAlarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": names.alarm_topic_arn,
                "Condition": of_this_account,
            }
        ],
    }


def key_policy(names: Names) -> Json:
    """For a customer's key: the account rules it, alarms and logs may use it; roles have it in their own policies."""
    logs = f"arn:aws:logs:{names.region}:{names.account}:log-group:{names.log_group}"
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "AdministerByIam",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{names.account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "EncryptAlarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": names.account}},
            },
            {
                "Sid": "EncryptLogs",
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{names.region}.amazonaws.com"},
                "Action": ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
                "Resource": "*",
                "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": logs}},
            },
        ],
    }


def _only(principal: Json, actions: list[str], conditions: Json) -> Json:
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": actions,
                "Condition": {"StringEquals": conditions},
            }
        ],
    }
