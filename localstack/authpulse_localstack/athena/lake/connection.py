"""AWS as the queries of one caller and region see it: our own S3 and Glue, over loopback.

Made once and kept: a Glue client costs a third of a second, and a metadata file never changes.
"""

import threading
from collections import OrderedDict
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.io import FileIO, load_file_io
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import Table
from pyiceberg.table.metadata import TableMetadata

CACHED_METADATA = 64
GlueTable = dict[str, Any]


class Lake:
    """`endpoint` is the server's own address. An account is an access key too, as LocalStack understands it."""

    def __init__(self, *, endpoint: str, access_key: str, region: str) -> None:
        self.region = region
        self._endpoint = endpoint
        self._access_key = access_key
        self._metadata: OrderedDict[str, TableMetadata] = OrderedDict()
        self._lock = threading.Lock()

    def _client(self, service: str) -> Any:
        session = boto3.session.Session()
        return session.client(
            service,
            endpoint_url=self._endpoint,
            region_name=self.region,
            aws_access_key_id=self._access_key,
            aws_secret_access_key="local",  # noqa: S106 - LocalStack asks for one and takes any
            config=Config(max_pool_connections=32, s3={"addressing_style": "path"}, retries={"max_attempts": 3}),
        )

    @cached_property
    def glue(self) -> Any:
        return self._client("glue")

    @cached_property
    def s3(self) -> Any:
        return self._client("s3")

    @property
    def properties(self) -> dict[str, str]:
        """What PyIceberg wants to know to reach the same place."""
        return {
            "s3.endpoint": self._endpoint,
            "s3.region": self.region,
            "s3.access-key-id": self._access_key,
            "s3.secret-access-key": "local",
            "s3.force-virtual-addressing": "false",
            "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO",
        }

    @cached_property
    def catalog(self) -> GlueCatalog:
        return GlueCatalog("awsdatacatalog", client=self.glue, **self.properties)

    @cached_property
    def io(self) -> FileIO:
        return load_file_io(self.properties)

    def iceberg(self, glue_table: GlueTable) -> Table:
        """The Iceberg table of an entry in Glue, as it was when the entry was read."""
        location = glue_table["Parameters"]["metadata_location"]
        name = (glue_table["DatabaseName"], glue_table["Name"])
        return Table(name, self._metadata_at(location), location, self.io, self.catalog)

    def _metadata_at(self, location: str) -> TableMetadata:
        with self._lock:
            if location in self._metadata:
                self._metadata.move_to_end(location)
                return self._metadata[location]
        metadata = FromInputFile.table_metadata(self.io.new_input(location))
        with self._lock:
            self._metadata[location] = metadata
            while len(self._metadata) > CACHED_METADATA:
                self._metadata.popitem(last=False)
        return metadata

    def prepare(self) -> None:
        """Makes the clients before several threads want them at once."""
        with self._lock:
            _ = self.glue, self.s3, self.io


def split_s3(location: str) -> tuple[str, str]:
    """Bucket and key of s3://bucket/key; s3a and s3n are the same."""
    scheme, _, rest = location.partition("://")
    if scheme not in {"s3", "s3a", "s3n"} or not rest:
        raise ValueError(f"not an S3 location: {location}")
    bucket, _, key = rest.partition("/")
    return bucket, key


def is_iceberg(glue_table: GlueTable) -> bool:
    parameters = {k.lower(): v for k, v in (glue_table.get("Parameters") or {}).items()}
    return str(parameters.get("table_type", "")).upper() == "ICEBERG"
