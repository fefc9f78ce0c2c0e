"""Takes what an image never uses out of its installed packages, and compiles the rest: `trim.py IMAGE SITE_PACKAGES`.

Standard library only: it runs while an image is built. Everything that goes is loaded only when it is asked for, and
nothing of ours asks: tests of packages, AWS services we do not call (botocore describes 400; LocalStack serves by them
and keeps them), the Kubernetes client a second time for asyncio, Zstandard a second time for CFFI. The operator, which
speaks to Kubernetes in plain documents and to PyIceberg of tables without rows, goes without the typed Kubernetes API
and without PyIceberg's command line, Hive and bitmaps as well.
"""

import compileall
import py_compile
import shutil
import sys
from pathlib import Path
from typing import Final

SERVICES: Final = {
    "athena", "cloudwatch", "glue", "iam", "kinesis", "kinesisanalyticsv2", "logs", "s3", "signin", "sns", "sqs",
    "sso", "sso-oidc", "sts",
}  # fmt: skip
EVERYWHERE: Final = (
    *("kubernetes/aio", "zstandard/_cffi.*.so", "zstandard/backend_cffi.py"),
    *("pyarrow/include", "pyarrow/tests", "pandas/tests"),
)
UNUSED: Final = {
    "operator": (
        *EVERYWHERE,
        *("kubernetes/client/api", "kubernetes/client/models/*.py", "hive_metastore", "pyiceberg/cli"),
        *("click", "fsspec", "markdown_it", "mdurl", "pygments", "rich", "pyroaring.*.so"),
    ),
    "workers": EVERYWHERE,
    "flink": EVERYWHERE,
    "localstack": (
        *EVERYWHERE,
        # CloudFormation, OpenSearch, and consumers of Kinesis in Java: services that are switched off
        *("cfnlint", "samtranslator", "sympy", "mpmath", "networkx", "opensearchpy", "amazon_kclpy", "awscli"),
    ),
}
KEPT: Final = {"__init__.py", "v1_managed_fields_entry.py", "v1_object_meta.py", "v1_owner_reference.py"}


def trim(image: str, packages: Path) -> int:
    """Removes; the number of bytes that went."""
    found = [f for f in packages.glob("botocore/data/*/") if image != "localstack" and f.name not in SERVICES]
    found += [path for pattern in UNUSED[image] for path in packages.glob(pattern) if path.name not in KEPT]
    gone = sum(file.stat().st_size for path in found for file in (path, *path.rglob("*")) if file.is_file())
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return gone


if __name__ == "__main__":
    site = Path(sys.argv[2])
    sys.stdout.write(f"{trim(sys.argv[1], site) / 1e6:.0f} MB taken out\n")
    # by hash and not by time: the same sources give the same bytes, and a read-only file system never has to be asked
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    if not compileall.compile_dir(site, quiet=2, invalidation_mode=mode, workers=0):
        sys.stdout.write("some files of the packages do not compile: they are for other Pythons\n")
