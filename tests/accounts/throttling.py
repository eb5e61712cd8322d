"""Steps of tests about throttles."""

from typing import Any

from tests.client import Api, Reply
from tests.people import PASSWORD

SIGN_IN = "mutation($i: TokenAuthInput!) { tokenAuth(input: $i) { token errors { code } } }"
CHANGE = "mutation($i: ChangePasswordInput!) { changePassword(input: $i) { token errors { code } } }"
SIGN_UP = "mutation($i: SignupInput!) { signup(input: $i) { token errors { code } } }"
RESET = "mutation($i: RequestPasswordResetInput!) { requestPasswordReset(input: $i) { errors { code } } }"
EXPORT = "mutation($i: RequestDataExportInput!) { requestDataExport(input: $i) { errors { code } } }"
DELETE = "mutation($i: DeleteAccountInput!) { deleteAccount(input: $i) { errors { code } } }"
MOVE = (
    "mutation($i: RequestEmailConfirmationInput!) { requestEmailConfirmation(input: $i) { errors { code } } }"
)
HOME = "192.0.2.1"


def asked(
    document: str, given: dict[str, Any], *, token: str | None = None, address: str = HOME, **headers: str
) -> Reply:
    """One mutation, sent by whoever connects from `address`."""
    api = Api(token)
    api.client.defaults["REMOTE_ADDR"] = address
    return api.send(document, {"i": given}, **headers)


def attempt(name: str = "ann", password: str = "wrong password", **wire: str) -> Reply:
    """One sign-in, by default one that fails."""
    return asked(SIGN_IN, {"username": name, "password": password}, **wire)


def sign_up(name: str, **wire: str) -> Reply:
    """One signup."""
    return asked(SIGN_UP, {"username": name, "email": f"{name}@example.com", "password": PASSWORD}, **wire)


def throttled(reply: Reply) -> bool:
    """Whether an attempt was refused without a look at it."""
    refused = reply.codes == ["RATE_LIMITED"]
    assert (reply.status, "Retry-After" in reply.headers) == ((429, True) if refused else (200, False))
    return refused


def fail(times: int, name: str = "ann", **wire: str) -> list[bool]:
    """Sign-ins that fail, one after the other: whether each was throttled."""
    return [throttled(attempt(name, **wire)) for _ in range(times)]
