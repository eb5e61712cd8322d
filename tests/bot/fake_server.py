"""The API of `fake_api` over real HTTP, with the limits of the real one, and trouble on demand."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
    parse,
    validate,
)

from tests.bot.fake_api import SCHEMA, Data, Root

_MAX_BODY_BYTES = 100_000
_MAX_ROOT_FIELDS = 20
_MAX_MUTATIONS = 10
_MAX_NODES = 10_000
_OPEN_FIELDS = {"signup", "tokenAuth", "refreshToken"}


@dataclass(frozen=True)
class Answer:
    """What goes over the wire instead of the truth."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def error(cls, status: int, code: str, **headers: str) -> "Answer":
        """A GraphQL error about the whole request."""
        error = {"message": f"{code} it is", "extensions": {"code": code}}
        return cls(
            status, json.dumps({"errors": [error]}), {k.replace("_", "-"): v for k, v in headers.items()}
        )


class LoseRequest(Exception):
    """The connection breaks before the server has done anything."""


class LoseAnswer(Exception):
    """The connection breaks after the server has done it all."""


@dataclass
class Trap:
    """Calls `action` at `times` requests with `root_field` (None: any), after `skip` of them."""

    root_field: str | None
    action: Callable[[], Answer | None]
    skip: int
    times: int


class FakeServer:
    """One server with all its data; `stop` and `start` keep the data and the port."""

    def __init__(self) -> None:
        self.data = Data()
        self.requests: list[list[str]] = []  # the root fields of each
        self._traps: list[Trap] = []
        self._port = 0
        self._http: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/graphql/"

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"fake": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", self._port), handler)
        self._port = self._http.server_address[1]
        Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """Refuses connections from here on; those that are open break at their next request."""
        if self._http:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    @property
    def is_up(self) -> bool:
        return self._http is not None

    def trap(
        self, root_field: str | None, action: Callable[[], Answer | None], *, skip: int = 0, times: int = 1
    ) -> None:
        """Has `action` called in the middle of requests to come; it may answer, or raise a lost request."""
        self._traps.append(Trap(root_field, action, skip, times))

    def count(self, root_field: str) -> int:
        """How many requests had such a root field."""
        return sum(root_field in fields for fields in self.requests)

    def expire_tokens(self) -> None:
        """Every access token is refused from here on."""
        self.data.user_by_token.clear()

    def handle(self, body: bytes, token: str | None) -> Answer:
        """One request. May raise `LoseRequest` or `LoseAnswer`."""
        if len(body) > _MAX_BODY_BYTES:
            return Answer.error(413, "QUERY_TOO_LARGE")
        request = json.loads(body)
        document = parse(request["query"])
        root_fields = [node.name.value for node in _root(document).selections if isinstance(node, FieldNode)]
        with self.data.lock:
            self.requests.append(root_fields)
        try:
            answer = self._spring_traps(root_fields)
        except LoseAnswer:
            self._execute(document, request.get("variables"), token, root_fields)
            raise LoseRequest from None
        return answer or self._execute(document, request.get("variables"), token, root_fields)

    def _spring_traps(self, root_fields: list[str]) -> Answer | None:
        for trap in list(self._traps):
            if trap.root_field is None or trap.root_field in root_fields:
                with self.data.lock:
                    trap.skip -= 1
                    if trap.skip >= 0 or trap.times == 0:
                        continue
                    trap.times -= 1
                if answer := trap.action():
                    return answer
        return None

    def _execute(
        self, document: DocumentNode, variables: Any, token: str | None, root_fields: list[str]
    ) -> Answer:
        if problem := _beyond_limits(document, root_fields) or next(iter(validate(SCHEMA, document)), None):
            return Answer(400, json.dumps({"errors": [{"message": str(problem)}]}))
        username = self.data.user_by_token.get(token or "")
        if token and not username and not set(root_fields) <= _OPEN_FIELDS:
            return Answer.error(401, "UNAUTHENTICATED")
        with self.data.lock:
            result = execute_sync(SCHEMA, document, Root(self.data, username), variable_values=variables)
        return Answer(200, json.dumps(result.formatted))


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536  # head and body in one packet: else the kernel waits 40 ms between them

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ") or None
        try:
            if not self.fake.is_up:
                raise LoseRequest
            answer = self.fake.handle(body, token)
        except LoseRequest:
            self.close_connection = True
            return
        data = answer.body.encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: a test's output is its own."""


def _root(document: DocumentNode) -> SelectionSetNode:
    return _operation(document).selection_set


def _operation(document: DocumentNode) -> OperationDefinitionNode:
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return operation


def _beyond_limits(document: DocumentNode, root_fields: list[str]) -> str | None:
    is_mutation = _operation(document).operation is OperationType.MUTATION
    if len(root_fields) > (_MAX_MUTATIONS if is_mutation else _MAX_ROOT_FIELDS):
        return f"too many root fields: {len(root_fields)}"
    if (nodes := _node_count(_root(document))) > _MAX_NODES:
        return f"too many nodes: {nodes}"
    return None


def _node_count(selections: SelectionSetNode) -> int:
    """By what the `first` allow, multiplied down."""
    total = 0
    for node in selections.selections:
        if isinstance(node, FieldNode) and node.selection_set:
            values = (argument.value for argument in node.arguments if argument.name.value == "first")
            firsts = [value for value in values if isinstance(value, IntValueNode)]
            below = _node_count(node.selection_set)
            total += int(firsts[0].value) * (1 + below) if firsts else below
    return total
