"""The API as tests call it: over HTTP, as clients do."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.test.client import ClientHandler

# One for all clients: to load the middleware takes longer than most requests do.
_handler = ClientHandler(enforce_csrf_checks=False)


def _client() -> Client:
    client = Client()
    client.handler = _handler
    return client


@dataclass(frozen=True)
class Reply:
    """An answer: `data` and `errors` as they came, with status and headers."""

    status: int
    headers: Any
    body: dict[str, Any]

    @property
    def data(self) -> Any:
        """The answer's `data`."""
        return self.body.get("data")

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Top-level errors."""
        return list(self.body.get("errors", []))

    @property
    def codes(self) -> list[str]:
        """The codes of the top-level errors."""
        return [error["extensions"]["code"] for error in self.errors]


@dataclass(frozen=True)
class Api:
    """Somebody who speaks GraphQL to the server; anonymous without a token."""

    token: str | None = None
    client: Client = field(default_factory=_client)

    def send(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Reply:
        """POST one request; `headers` by their HTTP names with underscores."""
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        response = self.client.post(
            "/graphql/",
            json.dumps({"query": query, "variables": variables}),
            content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        return Reply(response.status_code, response.headers, response.json())

    def read(self, query: str, **variables: Any) -> Any:
        """The data of a request that must succeed."""
        reply = self.send(query, variables)
        assert reply.errors == [], reply.errors
        return reply.data

    def do(self, mutation: str, fields: str, **given: Any) -> Any:
        """The payload of one mutation, with `errors { code field }`; `given` is its input, in camel case."""
        kind = mutation[0].upper() + mutation[1:]
        selection = f"{mutation}(input: $input) {{ {fields} errors {{ code field }} }}"
        document = f"mutation($input: {kind}Input!) {{ {selection} }}"
        return self.read(document, input=given)[mutation]


def explain(api: Api, query: str, variables: dict[str, Any] | None = None) -> Any:
    """What a query may need, told before it runs."""
    headers = {"Authorization": f"Bearer {api.token}"} if api.token else {}
    body = {"query": query, "variables": variables, "extensions": {"explain": True}}
    return api.client.post("/graphql/", body, "application/json", headers=headers).json()["extensions"][
        "explain"
    ]


def problems(payload: dict[str, Any]) -> list[tuple[str, str | None]]:
    """What was refused in a payload: pairs of code and dotted field."""
    return [(each["code"], ".".join(each["field"]) if each["field"] else None) for each in payload["errors"]]
