"""TBLPROPERTIES of Iceberg tables: Athena's names, and what they are in Iceberg.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-table-properties
"""

from collections.abc import Iterable, Mapping
from typing import Final

from authpulse_localstack.athena.errors import QueryError, not_supported

FORMATS: Final = ("parquet", "orc", "avro")
CODECS: Final = ("zstd", "snappy", "gzip", "lz4", "none", "uncompressed")
MAX_SNAPSHOT_AGE: Final = "vacuum_max_snapshot_age_seconds"
MIN_SNAPSHOTS: Final = "vacuum_min_snapshots_to_keep"
MAX_METADATA_FILES: Final = "vacuum_max_metadata_files_to_keep"
NUMBERS: Final = (
    "optimize_rewrite_data_file_threshold",
    "optimize_rewrite_delete_file_threshold",
    "optimize_rewrite_min_data_file_size_bytes",
    "optimize_rewrite_max_data_file_size_bytes",
    "write_target_data_file_size_bytes",
    MAX_SNAPSHOT_AGE,
    MIN_SNAPSHOTS,
    MAX_METADATA_FILES,
)
_SHOWN: Final = {"write.format.default": "format", "write.parquet.compression-codec": "write_compression"}


def iceberg_properties(given: Mapping[str, str], *, new: bool) -> dict[str, str]:
    """What goes into the table's metadata. `new` adds the defaults. Raises for what Athena does not know."""
    properties: dict[str, str] = {}
    if new:
        properties = {
            "format-version": "2",
            "write.format.default": "parquet",
            "write.parquet.compression-codec": "zstd",
            "write.object-storage.enabled": "false",
        }
    for name, value in given.items():
        properties |= _translated(name.lower(), value)
    return properties


def iceberg_names(names: Iterable[str]) -> list[str]:
    """What those properties are called in the table's metadata, whatever their values are."""
    some = {"format": "parquet", "write_compression": "zstd"}
    return [known for name in names for known in _translated(name.lower(), some.get(name.lower(), "1"))]


def _translated(name: str, value: str) -> dict[str, str]:
    if name == "table_type":
        return {}
    if name == "format":
        return {"write.format.default": _format(value)}
    if name == "write_compression":
        return {"write.parquet.compression-codec": _codec(value)}
    if name not in NUMBERS:
        raise QueryError("INVALID_TABLE_PROPERTY", f"Unsupported table property: {name}")
    if not value.isdigit():
        raise QueryError("INVALID_TABLE_PROPERTY", f"Table property {name} must be a number, not '{value}'")
    translated = {name: value}
    if name == "write_target_data_file_size_bytes":
        translated["write.target-file-size-bytes"] = value
    if name == MAX_SNAPSHOT_AGE:
        translated["history.expire.max-snapshot-age-ms"] = str(int(value) * 1000)
    if name == MIN_SNAPSHOTS:
        translated["history.expire.min-snapshots-to-keep"] = value
    if name == MAX_METADATA_FILES:
        translated["write.metadata.previous-versions-max"] = value
        translated["write.metadata.delete-after-commit.enabled"] = "true"
    return translated


def _format(value: str) -> str:
    if value.lower() not in FORMATS:
        raise QueryError("INVALID_TABLE_PROPERTY", f"Unsupported format: {value}")
    if value.lower() != "parquet":
        raise not_supported(f"format = '{value}'")
    return "parquet"


def _codec(value: str) -> str:
    if value.lower() not in CODECS:
        raise QueryError("INVALID_TABLE_PROPERTY", f"Unsupported write_compression: {value}")
    return "uncompressed" if value.lower() == "none" else value.lower()


def shown_properties(properties: Mapping[str, str]) -> dict[str, str]:
    """A table's properties as Athena shows them."""
    shown = {"table_type": "iceberg"}
    for name, value in properties.items():
        if name in _SHOWN:
            shown[_SHOWN[name]] = value
        elif name in NUMBERS:
            shown[name] = value
    return shown
