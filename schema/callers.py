"""Who asks, and from where, as far as a request says."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from accounts.addresses import client_address
from accounts.devices import Device
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


def device_of(request: HttpRequest) -> Device:
    """From where."""
    address = client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("X-Forwarded-For", ""),
        settings.TRUSTED_PROXIES,
    )
    return Device(request.headers.get("User-Agent", ""), address)
