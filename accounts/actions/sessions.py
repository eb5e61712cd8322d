"""Signing in, staying signed in, signing out."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.actions.audit import clean_user_agent, record
from accounts.devices import Device
from accounts.failures import Code, ValidationFailure
from accounts.keys import key_at
from accounts.models import AuditEvent, RefreshToken, Session, User
from accounts.passwords import password_matches
from accounts.text import FORBIDDEN, email_key
from accounts.throttles import count_password
from accounts.tokens import AccessToken, issue_access_token

TOKEN_BYTES = 32


@dataclass(frozen=True)
class SignedIn:
    """What somebody who is signed in holds: a session and a fresh pair of tokens."""

    session: Session
    access: AccessToken
    refresh_token: str = field(repr=False)
    refresh_token_expires_at: datetime

    @property
    def user(self) -> User:
        """Who is signed in."""
        return self.session.user


def sign_in(*, username: str, password: str, device: Device) -> SignedIn:
    """Start a session for whoever has this username (or e-mail address) and password.

    Takes the same time whether the account exists or not.

    Raises: ValidationFailure with INVALID_CREDENTIALS; Throttled.
    """
    user = _prove(username, password, device)
    signed_in = _start_proved_session(user, device)
    if signed_in is None:
        raise _refuse(user, device)
    return signed_in


def sign_in_staff(*, username: str, password: str, device: Device) -> User:
    """Whoever of the staff has this username (or e-mail address) and password, for the admin's own session.

    Counted and noted as every sign-in is.

    Raises: ValidationFailure with INVALID_CREDENTIALS; Throttled.
    """
    user = _prove(username, password, device)
    if not user.is_staff:
        raise _refuse(user, device)
    record(AuditEvent.SIGNED_IN, user=user, device=device)
    return user


def _prove(username: str, password: str, device: Device) -> User:
    name = username.strip()
    attempt = count_password(account=name, device=device)
    user = (
        User.objects.filter(Q(username_lower=name.lower()) | Q(email_key=email_key(name)))
        .filter(is_active=True)
        .first()
        if not FORBIDDEN.search(name)
        else None
    )
    if not password_matches(password, user.password if user else None) or user is None:
        raise _refuse(user, device)
    attempt.give_back()
    return user


def _refuse(user: User | None, device: Device) -> ValidationFailure:
    record(AuditEvent.SIGN_IN_REFUSED, user=user, device=device)
    return ValidationFailure.of(Code.INVALID_CREDENTIALS, "Wrong username or password.")


@transaction.atomic
def _start_proved_session(user: User, device: Device) -> SignedIn | None:
    """A session, if the account is still as it was proved: a new password ends what the old one began."""
    same = User.objects.select_for_update(no_key=True).filter(pk=user.pk)
    if not same.filter(password=user.password, is_active=True).exists():
        return None
    record(AuditEvent.SIGNED_IN, user=user, device=device)
    return start_session(user=user, device=device)


def start_session(*, user: User, device: Device) -> SignedIn:
    """A new session for a person whose identity was just proved, with its first tokens."""
    now = datetime.now(UTC)
    with transaction.atomic():
        session = Session.objects.create(
            pk=key_at(now),  # not used before it began, by a millisecond
            user=user,
            user_agent=clean_user_agent(device),
            ip_address=device.ip_address,
            last_used_at=now,
            expires_at=now + settings.SESSION_LIFETIME,
        )
        return _issue_tokens(session, parent=None)


def refresh_session(*, refresh_token: str, device: Device) -> SignedIn:
    """Trade a refresh token for a new pair; the old one stops working.

    A token used before ends its session: a thief and an owner cannot both go on (RFC 9700, 4.14.2). As
    answers get lost, the same token again within `REFRESH_TOKEN_GRACE`, while its successor is unused, gets
    a fresh successor instead, and the first successor dies without ending anything.

    Raises: ValidationFailure with INVALID_TOKEN.
    """
    signed_in = _trade(refresh_token, device)
    if signed_in is None:  # raised outside the transaction: that a session was ended must stay
        raise ValidationFailure.of(
            Code.INVALID_TOKEN, "This token cannot be used any more. Sign in again.", "refresh_token"
        )
    return signed_in


@transaction.atomic
def _trade(refresh_token: str, device: Device) -> SignedIn | None:
    now = datetime.now(UTC)
    session = _lock_session_of(refresh_token)
    if session is None or session.ended_at or session.expires_at <= now or not session.user.is_active:
        return None
    token = RefreshToken.objects.get(session=session, token_hash=_hash(refresh_token))
    if token.replaced_at or token.expires_at <= now:
        return None
    if token.used_at is not None:
        successor = RefreshToken.objects.filter(parent=token, replaced_at=None).first()
        if now - token.used_at > settings.REFRESH_TOKEN_GRACE or successor is None or successor.used_at:
            _end_sessions(Session.objects.filter(pk=session.pk))
            record(AuditEvent.TOKEN_REUSED, user=session.user, device=device)
            return None
        RefreshToken.objects.filter(pk=successor.pk).update(replaced_at=now)
    else:
        RefreshToken.objects.filter(pk=token.pk).update(used_at=now)
    Session.objects.filter(pk=session.pk).update(last_used_at=now)
    return _issue_tokens(session, parent=token)


@transaction.atomic
def replace_tokens(*, session: Session) -> SignedIn:
    """A fresh pair for a session that goes on; its refresh token, not used yet, dies without ending it. One
    that was used ends it still: that is theft.
    """
    now = datetime.now(UTC)
    Session.objects.filter(pk=session.pk).update(last_used_at=now)
    RefreshToken.objects.filter(session=session, used_at=None, replaced_at=None).update(replaced_at=now)
    return _issue_tokens(session, parent=None)


def end_session(*, user: User, session_id: int, device: Device) -> None:
    """End one of a person's sessions. What is not there, or not theirs, is over already."""
    with transaction.atomic():
        if _end_sessions(Session.objects.filter(pk=session_id, user=user)):
            record(AuditEvent.SESSION_ENDED, user=user, device=device)


def end_session_of_token(*, refresh_token: str, device: Device) -> int:
    """End the session a refresh token belongs to; holding the token proves that one may.

    Returns: how many sessions were ended; 0 when the token is unknown or its session is over already.
    """
    with transaction.atomic():
        session = _lock_session_of(refresh_token)
        ended = _end_sessions(Session.objects.filter(pk=session.pk)) if session else 0
        if session and ended:
            record(AuditEvent.SESSION_ENDED, user=session.user, device=device)
        return ended


def sign_out_everywhere(*, user: User, device: Device) -> int:
    """End all sessions of a person at their wish. Returns: how many were ended."""
    with transaction.atomic():
        record(AuditEvent.SESSION_ENDED, user=user, device=device)
        return end_sessions(user=user)


@transaction.atomic
def end_sessions(*, user: User, but: Session | None = None) -> int:
    """End all sessions of a user, but perhaps one. Returns: how many were ended."""
    # Whoever locks several sessions locks the account before them, so that two cannot wait for each other.
    lock_account(user)
    sessions = Session.objects.filter(user=user)
    return _end_sessions(sessions.exclude(pk=but.pk) if but else sessions)


def lock_account(user: User) -> bool:
    """Let nobody else change this account until the transaction ends. Returns: whether it may be used."""
    locked = User.objects.select_for_update(no_key=True).filter(pk=user.pk)
    return locked.values_list("is_active", flat=True).first() is True


def _end_sessions(sessions: QuerySet[Session]) -> int:
    now = datetime.now(UTC)
    return sessions.filter(ended_at=None, expires_at__gt=now).update(ended_at=now)


def _lock_session_of(refresh_token: str) -> Session | None:
    return (
        Session.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(refresh_tokens__token_hash=_hash(refresh_token))
        .first()
    )


def _issue_tokens(session: Session, *, parent: RefreshToken | None) -> SignedIn:
    plain = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = min(datetime.now(UTC) + settings.REFRESH_TOKEN_IDLE, session.expires_at)
    RefreshToken.objects.create(
        session=session, parent=parent, token_hash=_hash(plain), expires_at=expires_at
    )
    return SignedIn(session, issue_access_token(session), plain, expires_at)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
