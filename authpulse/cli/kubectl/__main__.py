"""`python -m authpulse.cli.kubectl` is the `kubectl-authpulse` command."""

import sys

from authpulse.cli.kubectl.app import main

if __name__ == "__main__":
    sys.exit(main())
