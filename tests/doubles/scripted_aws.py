"""An AWS in one's own words: answers of the JSON protocol by operation, and ways in which an answer can be amiss.

Of the older protocol that STS speaks there are refusals only.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """An answer with an error code."""

    code: str
    status: int = 400
    message: str = "no"


@dataclass(frozen=True)
class HangUp:
    """The request is read, and the connection closed without an answer."""


Answer = Json | Refusal | HangUp


@dataclass
class Asked:
    """A request as it came."""

    operation: str
    body: Json
    headers: dict[str, str]

    @property
    def access_key(self) -> str:
        return self.headers["Authorization"].partition("Credential=")[2].partition("/")[0]


@dataclass
class ScriptedAws:
    """`answers` by operation; `once` are taken first, in order. What has no answer is an UnknownOperationException."""

    endpoint: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    once: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        """What was asked for, in order."""
        return [a.operation for a in self.asked]

    def reset(self) -> None:
        """Nothing was asked, and nothing has an answer."""
        self.answers, self.once, self.asked = {}, {}, []

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if queue := self.once.get(asked.operation):
            return queue.pop(0)
        return self.answers.get(asked.operation, Refusal("UnknownOperationException", message=asked.operation))


@contextmanager
def scripted_aws() -> Iterator[ScriptedAws]:
    """One that ends with the block."""
    aws = ScriptedAws()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: two would wait for each other

        def do_POST(self) -> None:
            received = self.rfile.read(int(self.headers["Content-Length"]))
            is_form = self.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
            body = dict(parse_qsl(received.decode())) if is_form else json.loads(received or b"{}")
            operation = body["Action"] if is_form else self.headers["X-Amz-Target"].rpartition(".")[2]
            answer = aws.answer(Asked(operation, body, dict(self.headers)))
            if isinstance(answer, HangUp):
                self.close_connection = True
                return
            status, document = 200, answer
            if isinstance(answer, Refusal):
                status, document = answer.status, {"__type": answer.code, "message": answer.message}
            encoded = json.dumps(document)
            if is_form:
                encoded = f"<E><Error><Code>{document['__type']}</Code><Message>no</Message></Error></E>"
            self.send_response(status)
            self.send_header("Content-Type", "text/xml" if is_form else "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(encoded.encode())))
            self.end_headers()
            self.wfile.write(encoded.encode())

        def log_message(self, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    aws.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
