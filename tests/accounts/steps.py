"""What tests of accounts do again and again, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from accounts.actions.sessions import SignedIn, start_session
from accounts.devices import Device
from accounts.tasks import due_email_checks, due_enrichments
from tests.client import Api, problems
from tests.people import PASSWORD, Person

TOKENS = "token tokenExpiresAt refreshToken refreshTokenExpiresAt"
NEW_PASSWORD = "another long passphrase"
PROFILE = """id username displayName bio avatarUrl location website
    company { name domain title description logoUrl } socialAccounts { service handle url }"""


def sign_up(api: Api, **changes: Any) -> Any:
    """The payload of a signup that is right but for `changes`."""
    given = {"username": "grace", "email": "grace@example.com", "password": PASSWORD, **changes}
    return api.do("signup", f"user {{ id username displayName }} {TOKENS}", **given)


def refusals(api: Api, **changes: Any) -> list[tuple[str, str | None]]:
    """What a signup was refused for."""
    return problems(sign_up(api, **changes))


def sign_in(api: Api, username: str, password: str = PASSWORD) -> Any:
    """The payload of `tokenAuth`."""
    return api.do("tokenAuth", f"user {{ username }} {TOKENS}", username=username, password=password)


def refresh(api: Api, token: str) -> Any:
    """The payload of `refreshToken`."""
    return api.do("refreshToken", TOKENS, refreshToken=token)


def email_verification(api: Api) -> Any:
    """What the signed-in person is told about their address."""
    return api.read("{ viewer { emailVerification } }")["viewer"]["emailVerification"]


def profile(api: Api, username: str) -> Any:
    """A person's profile as `api` may see it."""
    return api.read(f"query($name: String!) {{ user(username: $name) {{ {PROFILE} }} }}", name=username)[
        "user"
    ]


def another_session(person: Person) -> SignedIn:
    """A second sign-in of the same person."""
    return start_session(user=person.user, device=Device())


def refused_reason(reply: Any) -> str:
    """Why a request was answered 401 (and that nothing but that was answered)."""
    assert (reply.status, reply.codes, reply.data) == (401, ["UNAUTHENTICATED"], None)
    assert reply.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    reason: str = reply.errors[0]["extensions"]["reason"]
    return reason


def at(**later: float) -> time_machine.travel:
    """Some time later; the clock goes on."""
    return time_machine.travel(datetime.now(UTC) + timedelta(**later))


def work(rounds: int = 6) -> None:
    """Do all that is due, as the worker does, each time after more than the longest backoff."""
    for number in range(1, rounds + 1):
        with at(hours=7 * number):
            for step in [*due_email_checks(100), *due_enrichments(100)]:
                step()
