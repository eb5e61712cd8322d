"""Access tokens: short-lived JWTs. The one place that knows django-graphql-jwt."""

import base64
import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db.models import BigIntegerField, DateTimeField
from graphql_jwt.exceptions import JSONWebTokenError, JSONWebTokenExpired
from graphql_jwt.settings import jwt_settings
from graphql_jwt.shortcuts import get_token
from graphql_jwt.utils import get_payload

from accounts.keys import MAX_KEY
from accounts.models import Session, User
from accounts.prepared import Parameter, Prepared

REQUIRED_CLAIMS = ["sub", "sid", "jti", "iat", "exp", "iss", "aud"]


class TokenFault(StrEnum):
    """Why an access token is not accepted."""

    EXPIRED = "EXPIRED"
    INVALID = "INVALID"
    REVOKED = "REVOKED"


class TokenRefused(Exception):
    """An access token that does not say who is asking."""

    def __init__(self, fault: TokenFault) -> None:
        self.fault = fault
        super().__init__(fault.value)


@dataclass(frozen=True)
class SigningKey:
    """A key that signs tokens, what checks them, and the name by which a token says which it was."""

    kid: str
    private: Any = field(repr=False)
    public: Any = field(repr=False)

    @classmethod
    def of(cls, text: str, algorithm: str) -> "SigningKey":
        """The key as the settings have it: a secret for HS256, the base64 of a private key's 32 bytes for
        EdDSA.

        Raises: ValueError, for what is no such key.
        """
        kid = hashlib.sha256(f"kid:{text}".encode()).hexdigest()[:16]
        if algorithm == "HS256":
            return cls(kid, text, text)
        private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
        return cls(kid, private, private.public_key())


@dataclass(frozen=True)
class AccessToken:
    """A JWT, ready for the header `Authorization: Bearer <token>`."""

    token: str = field(repr=False)
    expires_at: datetime


def issue_access_token(session: Session) -> AccessToken:
    """A JWT for this session, valid for `ACCESS_TOKEN_LIFETIME` (or until the session's end)."""
    now = datetime.now(UTC).replace(microsecond=0)
    expires_at = min(now + settings.ACCESS_TOKEN_LIFETIME, session.expires_at.replace(microsecond=0))
    claims = {"sid": str(session.pk), "iat": int(now.timestamp()), "exp": int(expires_at.timestamp())}
    return AccessToken(token=get_token(session.user, **claims), expires_at=expires_at)


_living_session = Prepared(
    lambda: Session.objects.select_related("user").filter(
        pk=Parameter("session_id", BigIntegerField()),
        user_id=Parameter("user_id", BigIntegerField()),
        ended_at=None,
        expires_at__gt=Parameter("now", DateTimeField()),
        user__is_active=True,
    )
)


def session_of(token: str) -> Session:
    """The living session that an access token belongs to, with its user.

    One SQL statement, so that ending a session or deactivating an account bites at once.

    Raises: TokenRefused.
    """
    try:
        payload = get_payload(token)
        session_id, user_id = _key(payload["sid"]), _key(payload["sub"])
    except JSONWebTokenExpired:
        raise TokenRefused(TokenFault.EXPIRED) from None
    except (JSONWebTokenError, ValueError):
        raise TokenRefused(TokenFault.INVALID) from None
    session = _living_session.first(session_id=session_id, user_id=user_id, now=datetime.now(UTC))
    if session is None:
        raise TokenRefused(TokenFault.REVOKED)
    return session


def _key(claim: object) -> int:
    if not (isinstance(claim, str) and claim.isascii() and claim.isdecimal() and int(claim) <= MAX_KEY):
        raise ValueError
    return int(claim)


def jwt_payload(user: User, context: object = None) -> dict[str, Any]:
    """The claims every token has (django-graphql-jwt's `JWT_PAYLOAD_HANDLER`).

    `sid`, `iat` and `exp` come on top, where a token is issued.
    `sub` is the key, never the name: names can be given to somebody else.
    """
    return {
        "sub": str(user.pk),
        "jti": uuid.uuid4().hex,
        "iss": jwt_settings.JWT_ISSUER,
        "aud": jwt_settings.JWT_AUDIENCE,
    }


def jwt_encode(payload: dict[str, Any], context: object = None) -> str:
    """Sign a token with the first key (django-graphql-jwt's `JWT_ENCODE_HANDLER`)."""
    algorithm = jwt_settings.JWT_ALGORITHM
    key = signing_keys(tuple(settings.JWT_KEYS), algorithm)[0]
    return jwt.encode(payload, key.private, algorithm, headers={"kid": key.kid})


def jwt_decode(token: str, context: object = None) -> dict[str, Any]:
    """Check a token's signature and claims (django-graphql-jwt's `JWT_DECODE_HANDLER`).

    The algorithm comes from the settings, never from the token (RFC 8725, 3.1); the token only names one of
    our own keys; every claim is required.
    """
    algorithm = jwt_settings.JWT_ALGORITHM
    kid = jwt.get_unverified_header(token).get("kid")
    keys = {key.kid: key.public for key in signing_keys(tuple(settings.JWT_KEYS), algorithm)}
    if kid not in keys:
        raise jwt.InvalidTokenError
    payload: dict[str, Any] = jwt.decode(
        token,
        keys[kid],
        algorithms=[algorithm],
        audience=jwt_settings.JWT_AUDIENCE,
        issuer=jwt_settings.JWT_ISSUER,
        # `iat` is not compared with the clock: two servers' clocks may differ by a second.
        options={"require": REQUIRED_CLAIMS, "verify_iat": False},
    )
    return payload


@lru_cache(maxsize=4)
def signing_keys(texts: tuple[str, ...], algorithm: str) -> list[SigningKey]:
    """The keys of the settings: the first signs, all verify, so that a key can be changed without signing
    anybody out.

    Raises: ValueError, for what is no such key.
    """
    return [SigningKey.of(text, algorithm) for text in texts]
