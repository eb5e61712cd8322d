"""Every kind of answer there is: its status, and what is sent to get it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client, override_settings
from limits import parse

from tests.accounts.throttling import SIGN_UP
from tests.content.test_data_export import ready
from tests.people import PASSWORD, Person
from tests.schema.test_failures import lose_table
from tests.schema.wire import ASK, get, post, request
from tests.staff import GROUPS, POSTS, QUEUE, USERS, appointed


@dataclass(frozen=True)
class Kind:
    """A kind of answer; `send` gets somebody who has an account, and further headers."""

    status: int
    send: Callable[..., Any]


def bearer(person: Person) -> dict[str, str]:
    """The header that says who asks."""
    return {"Authorization": f"Bearer {person.signed_in.access.token}"}


def _faulty(ann: Person, **sent: str) -> Any:
    lose_table("accounts_session")
    return post(ASK, **bearer(ann), **sent)


def _second_signup(ann: Person, **sent: str) -> Any:
    with override_settings(SIGNUPS_PER_ADDRESS=parse("1/hour")):
        for name in ("bob", "eve"):
            given = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
            response = post({"query": SIGN_UP, "variables": {"i": given}}, **sent)
    return response


def _archive(ann: Person, **sent: str) -> Any:
    return get(ready(ann)["url"].removeprefix("http://127.0.0.1:8000"), **bearer(ann), **sent)


def _admin(path: str, ann: Person, **sent: str) -> Any:
    return appointed().get(path.format(ann.user.pk), headers=sent)


def _faulty_admin(ann: Person, **sent: str) -> Any:
    moderator = appointed()
    moderator.raise_request_exception = False
    lose_table("content_report")
    return moderator.get(QUEUE, headers=sent)


def _foreign_form(ann: Person, **sent: str) -> Any:
    return Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "ann"}, headers=sent)


API = {
    "an answer": Kind(200, lambda ann, **sent: post(ASK, **sent)),
    "an answer to somebody": Kind(200, lambda ann, **sent: post(ASK, **bearer(ann), **sent)),
    "an answer by GET": Kind(200, lambda ann, **sent: get("/graphql?query={__typename}", **sent)),
    "no query": Kind(400, lambda ann, **sent: post({}, **sent)),
    "a bad token": Kind(401, lambda ann, **sent: post(ASK, Authorization="Bearer x", **sent)),
    "another method": Kind(405, lambda ann, **sent: request("PUT", **sent)),
    "another type wanted": Kind(406, lambda ann, **sent: post(ASK, Accept="x/y", **sent)),
    "another type sent": Kind(415, lambda ann, **sent: request("POST", "/graphql/", b"", **sent)),
    "an attempt too many": Kind(429, _second_signup),
    "a fault": Kind(500, _faulty),
    "a path below": Kind(404, lambda ann, **sent: get("/graphql/nowhere", **sent)),
}
STATIC = {
    "a script": Kind(200, lambda ann, **sent: get("/static/graphiql/social.js", **sent)),
    "a picture": Kind(200, lambda ann, **sent: get("/static/graphiql/favicon.svg", **sent)),
}
OTHERS = {
    "healthz": Kind(200, lambda ann, **sent: get("/healthz", **sent)),
    "readyz": Kind(200, lambda ann, **sent: get("/readyz", **sent)),
    "the first page": Kind(302, lambda ann, **sent: get("/", **sent)),
    "the icon": Kind(302, lambda ann, **sent: get("/favicon.ico", **sent)),
    "nowhere": Kind(404, lambda ann, **sent: get("/nowhere", **sent)),
    "nearly the API": Kind(404, lambda ann, **sent: get("/graphqlx", **sent)),
    "another host": Kind(400, lambda ann, **sent: get("/admin/", Host="evil.example", **sent)),
    "the account page": Kind(200, lambda ann, **sent: get("/account/", **sent)),
    "an archive": Kind(200, _archive),
    "somebody else's archive": Kind(404, lambda ann, **sent: get("/exports/x", **bearer(ann), **sent)),
    "an archive for nobody": Kind(401, lambda ann, **sent: get("/exports/x", **sent)),
    "the admin's sign-in": Kind(200, lambda ann, **sent: get("/admin/login/", **sent)),
    "a form from elsewhere": Kind(403, _foreign_form),
    "the admin for nobody": Kind(302, lambda ann, **sent: get("/admin/", **sent)),
    "the admin": Kind(200, lambda ann, **sent: _admin("/admin/", ann, **sent)),
    "the admin's words": Kind(200, lambda ann, **sent: _admin("/admin/jsi18n/", ann, **sent)),
    "a list in the admin": Kind(200, lambda ann, **sent: _admin(POSTS, ann, **sent)),
    "the queue": Kind(200, lambda ann, **sent: _admin(QUEUE, ann, **sent)),
    "a page in the admin": Kind(200, lambda ann, **sent: _admin(USERS + "{}/change/", ann, **sent)),
    "not for moderators": Kind(403, lambda ann, **sent: _admin(GROUPS, ann, **sent)),
    "nowhere in the admin": Kind(404, lambda ann, **sent: _admin("/admin/nowhere/", ann, **sent)),
    "a fault in the admin": Kind(500, _faulty_admin),
}


def graphiql(**sent: str) -> Any:
    """The page that a browser is shown."""
    return get(Accept="text/html", **sent)
