"""The endpoint as HTTP has it: bytes and headers in, bytes and headers out."""

import json
from typing import Any

from django.test import Client

from tests.client import Api

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
ASK = {"query": "{ __typename }"}
ANSWER = {"data": {"__typename": "Query"}}


def request(method: str, path: str = "/graphql/", body: bytes = b"", /, **headers: str) -> Any:
    """Django's response to any request; `headers` by their HTTP names with underscores."""
    client: Client = Api().client
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content_type = named.pop("Content-Type", "")
    response = client.generic(method, path, body, content_type=content_type, headers=named)
    if response.streaming:
        b"".join(response)  # read to its end, a file is closed
    return response


def post(body: Any, /, **headers: str) -> Any:
    """POST some JSON, or the bytes as they are."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return request("POST", "/graphql/", sent, **{"Content_Type": JSON, **headers})


def get(path: str = "/graphql/", /, **headers: str) -> Any:
    """GET a path, complete with its query string."""
    return request("GET", path, **headers)


def refusal(response: Any) -> tuple[int, str]:
    """Status and code of an answer that has exactly one error and no data."""
    body = response.json()
    assert set(body) == {"errors"}
    [error] = body["errors"]
    return response.status_code, error["extensions"]["code"]
