"""A running network, for stories that need real processes."""

import http.client
import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from social.stack import Stack
from tests.people import PASSWORD

SIGNUP = """mutation($input: SignupInput!) { signup(input: $input) {
    token user { id } errors { code field } } }"""
VIEWER = """query { viewer { emailVerification timeZone user { bio location company { name domain }
    socialAccounts { service handle } } } }"""


class Live:
    """A client of a running stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def ask(self, query: str, variables: dict[str, Any] | None = None, token: str | None = None) -> Any:
        """The answer's data.

        Raises: OSError, when there is no answer; HTTPException, for half of one; AssertionError, for one
            with errors.
        """
        body = self._fetch(f"{self.stack.url}/graphql/", {"query": query, "variables": variables}, token)
        assert "errors" not in body, body
        return body["data"]

    def sign_up(self, username: str, email: str) -> dict[str, Any]:
        """The payload of a signup that must succeed."""
        given = {"username": username, "email": email, "password": PASSWORD}
        payload: dict[str, Any] = self.ask(SIGNUP, {"input": given})["signup"]
        assert payload["errors"] == []
        return payload

    def viewer(self, token: str) -> Any:
        """One's own account."""
        return self.ask(VIEWER, token=token)["viewer"]

    def sandbox(self, path: str, *, post: bool = False) -> Any:
        """Ask the sandbox of the third parties."""
        url = self.stack.member("server").environment["HUNTER_URL"]
        return self._fetch(f"{url}{path}", {} if post else None)

    def _fetch(self, url: str, body: Any = None, token: str | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers)
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.loads(response.read() or b"null")


def insist(act: Callable[[], Any], *, for_s: float = 60.0) -> Any:
    """Do something again until it is answered: what a patient client does while a server restarts."""
    deadline = time.monotonic() + for_s
    while True:
        try:
            return act()
        except (OSError, http.client.HTTPException):  # the latter: killed in the middle of an answer
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def eventually(holds: Callable[[], bool], *, for_s: float = 90.0) -> None:
    """Wait until something holds; fail when it does not in time."""
    deadline = time.monotonic() + for_s
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.1)
