"""`python -m authpulse.cli` is the `authpulse` command."""

import sys

from authpulse.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
