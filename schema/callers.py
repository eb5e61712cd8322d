"""Who asks, as far as a request says."""

from dataclasses import dataclass

from django.http import HttpRequest

from accounts.models import Session
from accounts.tokens import TokenFault, TokenRefused, session_of


@dataclass(frozen=True)
class Caller:
    """Who asks, as far as the header says: a session, nobody, or a token that is not accepted."""

    session: Session | None = None
    fault: TokenFault | None = None


def caller_of(request: HttpRequest) -> Caller:
    """Who asks. One SQL statement, when there is a token."""
    header = request.headers.get("Authorization")
    if header is None:
        return Caller()
    scheme, _, token = header.strip().partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise TokenRefused(TokenFault.INVALID)
        return Caller(session=session_of(token.strip()))
    except TokenRefused as refused:
        return Caller(fault=refused.fault)


def challenge(fault: TokenFault | None) -> dict[str, str]:
    """The header of a 401 (RFC 6750, 3): a token is wanted, or another than the one that was sent."""
    return {"WWW-Authenticate": 'Bearer error="invalid_token"' if fault else "Bearer"}
