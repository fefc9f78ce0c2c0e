"""Runs LocalStack in the foreground with our providers: `python -P -m authpulse_localstack --port 4566 --state DIR`.

It is ready when `/_localstack/health` answers, and ends on SIGTERM with everything it started. `-P` keeps the working
directory off sys.path, where a folder named `localstack` would hide the real package.

Exit codes: 0 stopped; 2 wrong command line; 5 the port is taken.
"""

import argparse
import atexit
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

# Services that answer at all. Ours replace or add to LocalStack's own.
SERVICES = ("athena", "cloudwatch", "glue", "iam", "kinesis", "kinesisanalyticsv2", "logs", "s3", "sns", "sqs", "sts")


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line; every path is made absolute, because LocalStack changes nothing but its children may."""
    parser = argparse.ArgumentParser(prog="authpulse_localstack", description="A local AWS with a real data plane.")
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (default: %(default)s)")
    parser.add_argument("--port", type=int, default=4566, help="port to bind (default: %(default)s)")
    parser.add_argument("--address", help="HOST:PORT that others reach it under, when not the one that it binds")
    parser.add_argument("--state", type=lambda p: Path(p).absolute(), required=True, help="folder for everything kept")
    parser.add_argument("--flink-python", help="interpreter that has apache-flink; without it no application can start")
    return parser.parse_args(arguments)


def environment(options: argparse.Namespace) -> dict[str, str]:
    """LocalStack's settings for host mode on one port, without Docker, DNS, TLS or telemetry."""
    state = options.state
    address = options.address or f"{options.host}:{options.port}"
    return {
        "AUTHPULSE_LOCAL_ADDRESS": options.address or "",
        "AUTHPULSE_LOCAL_STATE": str(state),
        "AUTHPULSE_LOCAL_FLINK_PYTHON": options.flink_python or "",
        "GATEWAY_LISTEN": f"{options.host}:{options.port}",
        "GATEWAY_SERVER": "authpulse",
        "LOCALSTACK_HOST": address,
        "SERVICES": ",".join(SERVICES),
        "PROVIDER_OVERRIDE_KINESIS": "authpulse",
        "PROVIDER_OVERRIDE_CLOUDWATCH": "authpulse",
        "FILESYSTEM_ROOT": str(state / "localstack"),
        "LOCALSTACK_VOLUME_DIR": str(state / "localstack"),
        "OVERRIDE_IN_DOCKER": "0",
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",
        "LS_LOG": "warning",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def taken(host: str, port: int) -> bool:
    """Whether something already listens there. LocalStack itself would only log it and go on without a server."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    if taken(options.host, options.port):
        print(f"{options.host}:{options.port} is taken; choose another --port", file=sys.stderr)  # noqa: T201
        return 5
    options.state.mkdir(parents=True, exist_ok=True)
    os.environ.update(environment(options))
    from localstack.runtime.main import main as run_localstack  # reads its settings when imported

    try:
        run_localstack()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def leave(code: int) -> NoReturn:
    """Ends at once: all is saved, and taking the interpreter apart object by object would take seconds more."""
    atexit._run_exitfuncs()  # noqa: SLF001 - what exit() itself calls before it begins with that
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
