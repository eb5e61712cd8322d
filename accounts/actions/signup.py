"""Creating an account."""

import threading
from collections.abc import Container
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import tasks
from accounts.actions.audit import record
from accounts.actions.names import index_names
from accounts.actions.sessions import SignedIn, start_session
from accounts.devices import Device
from accounts.failures import Code, Problems, ValidationFailure
from accounts.models import AuditEvent, EmailVerification, User
from accounts.names import is_former_name
from accounts.passwords import check_new_password, hash_password
from accounts.providers import verifier
from accounts.text import clean_email, clean_text, clean_username, email_key
from accounts.throttles import count_signup
from services.hunter import Outcome, Verdict

REFUSED = {
    Outcome.UNDELIVERABLE: (Code.EMAIL_UNDELIVERABLE, "This address does not receive mail."),
    Outcome.DISPOSABLE: (Code.EMAIL_DISPOSABLE, "Throw-away addresses are not accepted."),
    Outcome.MALFORMED: (Code.INVALID, "This is not an e-mail address."),
}
TAKEN = {
    "username": "This username is taken.",
    "email": "There is an account with this address already.",
}
# How many signups of this process wait for Hunter: one more goes on as PENDING, so that a slow Hunter cannot
# take all threads away from everybody else.
_waiting = threading.BoundedSemaphore(settings.SIGNUP_VERIFY_AT_ONCE)


@dataclass(frozen=True)
class Candidate:
    """What somebody wants their account to be, checked."""

    username: str
    email: str = field(repr=False)
    display_name: str


def sign_up(
    *, username: str, email: str, password: str, display_name: str | None, device: Device
) -> SignedIn:
    """Create an account and sign its owner in.

    Every local mistake is told at once; only when there is none is Hunter asked, for at most
    `SIGNUP_VERIFY_DEADLINE_S`. What it could not tell by then is asked again in the background.

    Raises: ValidationFailure with REQUIRED, INVALID, TOO_SHORT, TOO_LONG, TAKEN, PASSWORD_TOO_WEAK,
        EMAIL_UNDELIVERABLE or EMAIL_DISPOSABLE; Throttled.
    """
    count_signup(device=device)
    candidate = _check(username=username, email=email, password=password, display_name=display_name or "")
    verdict = judge_address(candidate.email)
    encoded = hash_password(password)
    try:
        with transaction.atomic():
            user = User.objects.create(
                username=candidate.username,
                email=candidate.email,
                email_key=email_key(candidate.email),
                display_name=candidate.display_name,
                password=encoded,
                email_verification=tasks.ACCEPTED.get(verdict.outcome, EmailVerification.PENDING),
            )
            index_names([user])
            tasks.schedule(user, verdict)
            record(AuditEvent.SIGNED_UP, user=user, device=device)
            return start_session(user=user, device=device)
    except IntegrityError:  # somebody else was faster: now the check says which of the two is taken
        problems = Problems()
        _check_taken(candidate, problems)
        problems.raise_if_any()
        raise


def _check(*, username: str, email: str, password: str, display_name: str) -> Candidate:
    problems = Problems()
    candidate = Candidate(
        username=clean_username(username, problems, "username"),
        email=clean_email(email, problems, "email"),
        display_name=clean_text(display_name, problems, "display_name", max_length=50, single_line=True),
    )
    check_new_password(password, User(**vars(candidate)), problems, "password")
    wrong = {problem.field for problem in problems.found}
    _check_taken(candidate, problems, but=wrong)
    problems.raise_if_any()
    return candidate


def _check_taken(
    candidate: Candidate, problems: Problems, *, but: Container[tuple[str, ...] | None] = ()
) -> None:
    wanted = {
        "username": ("username_lower", candidate.username.lower()),
        "email": ("email_key", email_key(candidate.email)),
    }
    checked = {field: pair for field, pair in wanted.items() if (field,) not in but}
    # One statement, so that both are judged at the same moment.
    same = User.objects.filter(Q(*checked.values(), _connector=Q.OR)) if checked else User.objects.none()
    taken = {value for row in same.values_list("username_lower", "email_key") for value in row}
    if "username" in checked and is_former_name(candidate.username):
        taken.add(candidate.username.lower())
    for name, (_, value) in checked.items():
        if value in taken:
            problems.add(Code.TAKEN, TAKEN[name], name)


def judge_address(email: str) -> Verdict:
    """What Hunter says of an address that somebody wants to have, within `SIGNUP_VERIFY_DEADLINE_S`.

    Raises: ValidationFailure with EMAIL_UNDELIVERABLE, EMAIL_DISPOSABLE or INVALID at "email".
    """
    verdict = _ask_hunter(email)
    if verdict.outcome in REFUSED:
        code, message = REFUSED[verdict.outcome]
        raise ValidationFailure.of(code, message, "email")
    return verdict


def _ask_hunter(email: str) -> Verdict:
    hunter = verifier()
    if hunter is None:
        return Verdict(Outcome.UNCONFIRMED)
    if not _waiting.acquire(blocking=False):
        return Verdict(Outcome.PENDING, "busy", retry_after_s=1.0)
    try:
        return hunter.verify(email, deadline_s=settings.SIGNUP_VERIFY_DEADLINE_S)
    finally:
        _waiting.release()
