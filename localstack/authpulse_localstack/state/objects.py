"""The bytes of S3 objects: one file each, found again by bucket, key and version."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from localstack.services.plugins import SERVICE_PLUGINS
from localstack.services.s3.models import S3Object, s3_stores


def save_objects(folder: Path) -> None:
    """Writes every object that has bytes (a delete marker has none)."""
    folder.mkdir()
    backend, index = _backend(), []
    for number, (bucket, stored) in enumerate(_objects()):
        with backend.open(bucket, stored, mode="r") as source, (folder / str(number)).open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        index.append([bucket, stored.key, stored.version_id])
    (folder / "index.json").write_text(json.dumps(index))


def load_objects(folder: Path) -> None:
    """Reads them back into buckets that are there already."""
    backend = _backend()
    objects = {(bucket, o.key, o.version_id): o for bucket, o in _objects()}
    for bucket in {bucket for bucket, _, _ in objects}:
        backend.create_bucket(bucket)
    for number, place in enumerate(json.loads((folder / "index.json").read_text())):
        stored = objects[tuple(place)]
        with (folder / str(number)).open("rb") as source, backend.open(place[0], stored, mode="w") as target:
            target.write(source)


def _backend() -> Any:
    provider: Any = SERVICE_PLUGINS.require("s3")._provider  # noqa: SLF001 - LocalStack offers no other way to it
    return provider._storage_backend  # noqa: SLF001


def _objects() -> Iterator[tuple[str, S3Object]]:
    for regions in s3_stores.values():
        for store in regions.values():
            for bucket in store.buckets.values():
                for stored in bucket.objects.values(with_versions=True):
                    if isinstance(stored, S3Object):
                        yield bucket.name, stored
