"""Makes the tables that are missing: `python -m lakehouse.migrate --config config/prod.yaml`.

For a foundation that Terraform made, which has a database and no tables (docs/terraform.md). Where the operator lays
the foundation, it makes the tables as well. What is there is compared with the declaration and never changed.

Exit codes: 0 done; 1 a table is there with other columns, or AWS refuses; 2 wrong command line; 3 bad configuration;
4 no credentials; 5 an endpoint does not answer.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from authpulse.configuration import load
from authpulse.ending import exit_code_of
from lakehouse import catalog
from lakehouse.clients import Clients

CONFIG_VARIABLE: Final = "AUTHPULSE_CONFIG"


def migrate(config: Path) -> list[str]:
    """Names of the tables that were made. Raises AuthPulseError."""
    configuration = load(config)
    clients = Clients(configuration.aws)
    with clients.translated("making tables"):
        return catalog.create_missing(
            clients.catalog(), database=configuration.lakehouse.database, warehouse=configuration.names.warehouse
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lakehouse.migrate", description="Makes the tables that are missing."
    )
    default = os.environ.get(CONFIG_VARIABLE)
    parser.add_argument(
        "--config", type=Path, default=default, required=default is None, help="such as config/prod.yaml"
    )
    config: Path = parser.parse_args(arguments).config

    def print_made() -> None:
        made = migrate(config)
        sys.stdout.write(f"made {', '.join(made)}\n" if made else "all tables are there\n")

    return exit_code_of(print_made)


if __name__ == "__main__":
    sys.exit(main())
