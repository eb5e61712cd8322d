"""Access tokens as somebody might forge them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import jwt
from django.conf import settings

from accounts.tokens import SigningKey
from tests.people import Person

SECRET: str = settings.JWT_KEYS[0]
KID = SigningKey.of(SECRET, "HS256").kid


def claims_of(token: str) -> dict[str, Any]:
    """What a token says, unchecked."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def good_claims(person: Person) -> dict[str, Any]:
    """What a person's real token says."""
    return claims_of(person.signed_in.access.token)


def base64url(data: bytes) -> str:
    """As in a JWT: without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(
    claims: object, *, secret: str | bytes = SECRET, header: Mapping[str, Any] | bytes | None = None
) -> str:
    """A token signed with HMAC-SHA256 whatever its header says; by hand, as libraries refuse to help."""
    key = secret.encode() if isinstance(secret, str) else secret
    named = header if isinstance(header, bytes) else json.dumps({"kid": KID, **(header or {"alg": "HS256"})})
    first = named if isinstance(named, bytes) else named.encode()
    second = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    message = f"{base64url(first)}.{base64url(second)}"
    return f"{message}.{base64url(hmac.new(key, message.encode(), hashlib.sha256).digest())}"
