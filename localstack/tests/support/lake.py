"""Iceberg tables through PyIceberg and Glue, as the pipeline makes and fills them."""

from typing import Any

from pyiceberg.catalog import Catalog, load_catalog

from support.local_aws import ACCOUNT, REGION, LocalAws


def glue_catalog(aws: LocalAws, account: str = ACCOUNT) -> Catalog:
    """As lakehouse.catalog does it."""
    properties: dict[str, Any] = {
        "client.region": REGION,
        "client.access-key-id": account,
        "client.secret-access-key": "test",
        "glue.endpoint": aws.endpoint,
        "s3.endpoint": aws.endpoint,
        "s3.path-style-access": "true",
    }
    return load_catalog("lake", type="glue", **properties)
