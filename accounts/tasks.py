"""What happens to an account in the background: each step may run twice without harm."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.actions.audit import record
from accounts.devices import Device
from accounts.jobs import claim_due, keep, settle, too_old, try_again
from accounts.keys import first_key_at_or_after
from accounts.mails import message_of
from accounts.models import (
    AuditEntry,
    AuditEvent,
    EmailCheck,
    EmailVerification,
    Enrichment,
    EnrichmentOutcome,
    FormerName,
    Mail,
    MailKind,
    ModerationEntry,
    Session,
    ThrottleCount,
    User,
)
from accounts.providers import enricher, verifier
from accounts.text import email_key
from services.clearbit import Enrichment as Answer
from services.clearbit import Outcome as Finding
from services.hunter import Outcome, Verdict

log = logging.getLogger(__name__)
PRUNED_AT_ONCE = 500

ACCEPTED = {
    Outcome.VALID: EmailVerification.VALID,
    Outcome.UNCONFIRMED: EmailVerification.UNCONFIRMED,
    Outcome.CLAIMED: EmailVerification.UNCONFIRMED,
}


def due_email_checks(at_most: int) -> list[Callable[[], None]]:
    """Claim up to `at_most` addresses that Hunter should be asked about; each comes as a step to run."""
    return [partial(check_email, job) for job in claim_due(EmailCheck, at_most=at_most)]


def due_enrichments(at_most: int) -> list[Callable[[], None]]:
    """Claim up to `at_most` people to be looked up; each comes as a step to run."""
    return [partial(enrich, job) for job in claim_due(Enrichment, at_most=at_most)]


def schedule(user: User, verdict: Verdict) -> None:
    """Leave behind, in the signup's own transaction, what remains to be asked about a new address.

    Enrichment waits for the verdict: an address that Hunter may not process (451) or that does not exist is
    not shown to a second provider.
    """
    now = datetime.now(UTC)
    if verdict.outcome is Outcome.PENDING:
        wait = timedelta(seconds=verdict.retry_after_s or settings.PROVIDER_BACKOFF_S)
        EmailCheck.objects.create(
            user=user, created_at=now, next_attempt_at=now + wait, problem=verdict.problem or ""
        )
    elif verdict.outcome in (Outcome.VALID, Outcome.UNCONFIRMED) and enricher() is not None:
        Enrichment.objects.bulk_create(
            [Enrichment(user=user, created_at=now, next_attempt_at=now)], ignore_conflicts=True
        )


def check_email(job: EmailCheck) -> None:
    """Ask Hunter about an address whose check had not finished, and write down what it says."""
    hunter = verifier()
    verdict = (
        hunter.verify(job.user.email, deadline_s=settings.PROVIDER_DEADLINE_S)
        if hunter
        else Verdict(Outcome.UNCONFIRMED)
    )
    if verdict.outcome is Outcome.PENDING and not too_old(job):
        try_again(job, problem=verdict.problem or "", retry_after_s=verdict.retry_after_s)
        return
    if verdict.outcome is Outcome.PENDING:
        log.error("e-mail check of user %s given up after %s attempts", job.user_id, job.attempts)
        verdict = Verdict(Outcome.UNCONFIRMED)
    state = ACCEPTED.get(verdict.outcome, EmailVerification.REJECTED)
    with transaction.atomic():
        if settle(job):
            pending = User.objects.filter(pk=job.user_id, email_verification=EmailVerification.PENDING)
            pending.update(email_verification=state)
            schedule(job.user, verdict)


def enrich(job: Enrichment) -> None:
    """Ask the enricher who somebody is, and keep what it says beside (never in) their own profile."""
    source = enricher()
    if source is None or job.user.email_verification == EmailVerification.REJECTED:
        settle(job, outcome=EnrichmentOutcome.STOPPED)
        return
    answer = source.find(job.user.email, deadline_s=settings.PROVIDER_DEADLINE_S)
    if answer.outcome is Finding.FOUND:
        settle(job, outcome=EnrichmentOutcome.DONE, raw=answer.raw, **facts(answer))
    elif answer.outcome is Finding.NOT_FOUND:
        settle(job, outcome=EnrichmentOutcome.NOT_FOUND)
    elif answer.outcome is Finding.CLAIMED:
        settle(job, outcome=EnrichmentOutcome.STOPPED)
    elif too_old(job):
        log.error("enrichment of user %s given up after %s attempts", job.user_id, job.attempts)
        settle(job, outcome=EnrichmentOutcome.GAVE_UP)
    else:
        try_again(job, problem=answer.problem or "", retry_after_s=answer.retry_after_s)


def facts(answer: Answer) -> dict[str, str]:
    """What is used of an enricher's answer, as columns of `Enrichment`."""
    person, company = answer.person, answer.company
    found = {
        "full_name": person and person.full_name,
        "bio": person and person.bio,
        "location": person and person.location,
        "time_zone": person and person.time_zone,
        "website": person and person.site,
        "avatar_url": person and person.avatar,
        "company_name": (company and company.name) or (person and person.employment_name),
        "company_domain": (company and company.domain) or (person and person.employment_domain),
        "company_title": person and person.employment_title,
        "company_description": company and company.description,
        "company_logo_url": company and company.logo,
        "github": person and person.github_handle,
        "linkedin": person and person.linkedin_handle,
        "twitter": person and person.twitter_handle,
    }
    return {name: value or "" for name, value in found.items()}


def due_mails(at_most: int) -> list[Callable[[], None]]:
    """Claim up to `at_most` mails that are to be sent; each comes as a step to run."""
    return [partial(send_mail, job) for job in claim_due(Mail, at_most=at_most)]


def send_mail(job: Mail) -> None:
    """Send a mail, or put it off when the mail server does not take it; forget it when its time is over.

    A worker that dies between sending and noting so sends it twice: better than not at all.
    """
    if job.expires_at <= datetime.now(UTC) or not _address(job):
        Mail.objects.filter(pk=job.pk).delete()
        return
    # Before it is sent: whoever has the mail can use its link.
    if not keep(job, user=job.user, kind=job.kind, to=job.to):
        return
    try:
        message_of(job).send()
    except (OSError, SMTPException, ValueError) as error:  # the last: what cannot be written as a mail
        log.error("mail %s could not be sent: %s", job.pk, type(error).__name__)
        try_again(job, problem=type(error).__name__, retry_after_s=None)
        return
    with transaction.atomic():
        if settle(job) and job.kind == MailKind.PASSWORD_RESET:
            asked_from = Device(job.user_agent, job.ip_address)
            record(AuditEvent.PASSWORD_RESET_MAILED, user=job.user, device=asked_from)


def _address(job: Mail) -> bool:
    """Find out whom a mail is for. Returns: whether it is for anybody."""
    owner = User.objects.filter(email_key=email_key(job.to)).first()
    if job.kind == MailKind.PASSWORD_RESET:
        if owner is None:
            return False
        job.user, job.to = owner, owner.email
    elif job.kind == MailKind.EMAIL_CHANGE and owner is not None and owner != job.user:
        # Whoever asked is not told; the one who has the address is.
        job.kind, job.user, job.to = MailKind.ADDRESS_TAKEN, owner, owner.email
    return job.user is not None and job.user.is_active


def prune_mails(at_most: int) -> list[Callable[[], None]]:
    """Forget mails whose links are over."""
    now = datetime.now(UTC)
    return [partial(_delete_mails, now)] if Mail.objects.filter(expires_at__lt=now).exists() else []


def _delete_mails(before: datetime) -> None:
    Mail.objects.filter(expires_at__lt=before).delete()


def prune_audit(at_most: int) -> list[Callable[[], None]]:
    """Forget what was noted for long enough: the audit log, and what moderators did and why."""
    oldest = first_key_at_or_after(datetime.now(UTC) - settings.AUDIT_KEPT)
    logs = (AuditEntry.objects.filter(pk__lt=oldest), ModerationEntry.objects.filter(pk__lt=oldest))
    return [partial(_delete_entries, entries) for entries in logs if entries.exists()]


def _delete_entries(entries: QuerySet[Any]) -> None:
    entries.delete()


def prune_former_names(at_most: int) -> list[Callable[[], None]]:
    """Forget names that are free again."""
    now = datetime.now(UTC)
    return [partial(_free_names, now)] if FormerName.objects.filter(free_at__lt=now).exists() else []


def _free_names(before: datetime) -> None:
    FormerName.objects.filter(free_at__lt=before).delete()


def prune_sessions(at_most: int) -> list[Callable[[], None]]:
    """Forget sessions that ended, and refresh tokens with them, a while after their time was over."""
    long_ago = datetime.now(UTC) - settings.SESSION_LIFETIME
    return (
        [partial(_delete_sessions, long_ago)]
        if Session.objects.filter(expires_at__lt=long_ago).exists()
        else []
    )


def _delete_sessions(before: datetime) -> None:
    Session.objects.filter(expires_at__lt=before).delete()


def prune_throttle_counts(at_most: int) -> list[Callable[[], None]]:
    """Forget who tried how often, as soon as it does not matter any more."""
    over = ThrottleCount.objects.filter(expires_at__lte=datetime.now(UTC))
    return [_delete_throttle_counts] if over.exists() else []


@transaction.atomic
def _delete_throttle_counts() -> None:
    # A row that an attempt holds just now is left for the next time: an attempt may hold several, and the
    # two must not wait for each other.
    over = ThrottleCount.objects.filter(expires_at__lte=datetime.now(UTC))
    free = over.select_for_update(skip_locked=True).values_list("pk", flat=True)[:PRUNED_AT_ONCE]
    over.filter(pk__in=list(free)).delete()
