"""What moderators do about what was reported. Whoever makes or settles a report locks what it is about."""

from datetime import UTC, datetime

from django.db import transaction

from accounts.actions.audit import record
from accounts.actions.moderation import NOWHERE, deactivate_user, log_moderation
from accounts.failures import Code, ValidationFailure
from accounts.models import AuditEvent, User
from content.actions.deletion import mark_deleted
from content.models import Post, Report, ReportStatus


@transaction.atomic
def dismiss_reports(*, moderator: User, subject: Post | User, reason: str) -> None:
    """Settle all open reports of a post or a person: nothing is wrong with it.

    Raises: ValidationFailure with NOT_FOUND (no report is open), REQUIRED, INVALID or TOO_LONG.
    """
    type(subject)._default_manager.select_for_update(no_key=True).filter(pk=subject.pk).exists()
    if not _settle(subject, ReportStatus.DISMISSED):
        raise ValidationFailure.of(Code.NOT_FOUND, f"No report of {subject} is open any more.", "subject")
    # Not in the person's audit log: nothing is done to them, and it would tell that somebody reported them.
    person = subject.author if isinstance(subject, Post) else subject
    log_moderation(
        moderator=moderator, action="dismiss_reports", subject=subject, person=person, reason=reason
    )


@transaction.atomic
def remove_post(*, moderator: User, post_id: int, reason: str) -> None:
    """Delete anybody's post, and settle what was reported about it: it was right.

    Raises: ValidationFailure with NOT_FOUND, REQUIRED, INVALID or TOO_LONG.
    """
    post = Post.objects.select_related("author").filter(pk=post_id, deleted_at=None).first()
    if post is None:
        raise ValidationFailure.of(Code.NOT_FOUND, "There is no such post any more.", "post_id")
    log_moderation(moderator=moderator, action="remove_post", subject=post, person=post.author, reason=reason)
    mark_deleted(post)
    _settle(post, ReportStatus.UPHELD)
    record(AuditEvent.POST_REMOVED, user=post.author, device=NOWHERE)


@transaction.atomic
def deactivate_account(*, moderator: User, user_id: int, reason: str) -> None:
    """Deactivate an account, and settle what was reported about it: it was right. Can be undone.

    Raises: as `deactivate_user`.
    """
    deactivate_user(moderator=moderator, user_id=user_id, reason=reason)
    _settle(User(pk=user_id), ReportStatus.UPHELD)


def _settle(subject: Post | User, status: ReportStatus) -> int:
    about = Report.objects.filter(post=subject) if isinstance(subject, Post) else subject.reports_got.all()
    return about.filter(status=ReportStatus.OPEN).update(status=status, settled_at=datetime.now(UTC))
