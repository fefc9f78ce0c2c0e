"""Credentials in Secrets, read at every use: a rotated key is used at once, and none is kept here."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import SECRETS
from authpulse_operator.core.errors import Terminal

KEYS: Final = ("aws_access_key_id", "aws_secret_access_key")
SESSION_KEY: Final = "aws_session_token"


class KubeSecrets:
    """Secrets of any namespace that the operator may read."""

    def __init__(self, api: KubeApi) -> None:
        self._api = api

    def credentials(self, namespace: str, name: str) -> Mapping[str, str]:
        """aws_access_key_id, aws_secret_access_key and maybe aws_session_token, as boto3's arguments are named.

        Raises Terminal for a Secret that is not there or has no such keys, and what `KubeApi` raises.
        """
        where = f"Secret {namespace}/{name}"
        found = self._api.get(SECRETS, namespace, name)
        if found is None:
            raise Terminal(f"{where} of spec.aws.credentials does not exist; make it with the keys {', '.join(KEYS)}")
        data = found.get("data") or {}
        missing = [key for key in KEYS if not data.get(key)]
        if missing:
            raise Terminal(f"{where} of spec.aws.credentials has no {' and no '.join(missing)}")
        try:
            return {k: base64.b64decode(data[k]).decode().strip() for k in (*KEYS, SESSION_KEY) if data.get(k)}
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Terminal(f"{where} of spec.aws.credentials holds what is no text") from error
