"""What moderators do to accounts, and how everything that moderators do is written down."""

from django.contrib.auth.models import Group
from django.db import models, transaction

from accounts.actions.audit import record
from accounts.actions.deletion import delete_user
from accounts.actions.sessions import end_sessions
from accounts.devices import Device
from accounts.failures import Code, Problems, ValidationFailure
from accounts.models import MAX_REASON, AuditEvent, EmailVerification, ModerationEntry, User
from accounts.text import clean_text

# The group of those who may moderate and nothing else; a migration makes it.
MODERATORS = "Moderators"
# The audit log belongs to the account: who moderates it, and from where, is not its owner's business.
NOWHERE = Device()


def log_moderation(*, moderator: User, action: str, subject: models.Model, person: User, reason: str) -> None:
    """Write down who did what to whom and why, within the transaction that does it.

    Args:
        person: whom it is about: the subject, or who wrote it.

    Raises: ValidationFailure with REQUIRED, INVALID or TOO_LONG.
    """
    problems = Problems()
    text = clean_text(reason, problems, "reason", max_length=MAX_REASON, required=True)
    problems.raise_if_any()
    ModerationEntry.objects.create(
        moderator=moderator,
        person=person,
        action=action,
        subject_type=type(subject).__name__,
        subject_key=subject.pk,
        reason=text,
    )


@transaction.atomic
def deactivate_user(*, moderator: User, user_id: int, reason: str) -> None:
    """Make an account, and all that belongs to it, disappear at once; ends its sessions. Can be undone.

    Raises: ValidationFailure with NOT_FOUND, SELF_ACTION, NOT_ALLOWED, REQUIRED, INVALID or TOO_LONG.
    """
    user = _lock_moderated(moderator, user_id)
    _log(moderator, "deactivate_user", user, reason)
    User.objects.filter(pk=user.pk).update(is_active=False)
    record(AuditEvent.DEACTIVATED, user=user, device=NOWHERE)
    end_sessions(user=user)


@transaction.atomic
def reactivate_user(*, moderator: User, user_id: int, reason: str) -> None:
    """Undo `deactivate_user`; the person signs in anew. What was deleted stays deleted.

    Raises: as `deactivate_user`.
    """
    user = _lock_moderated(moderator, user_id)
    _log(moderator, "reactivate_user", user, reason)
    User.objects.filter(pk=user.pk).update(is_active=True)
    record(AuditEvent.REACTIVATED, user=user, device=NOWHERE)


@transaction.atomic
def accept_address(*, moderator: User, user_id: int, reason: str) -> None:
    """Let somebody write although Hunter said that their address receives no mail: it can be wrong.

    Raises: as `deactivate_user`; NOT_ALLOWED for an address that was not rejected.
    """
    user = _lock_moderated(moderator, user_id)
    rejected = User.objects.filter(pk=user.pk, email_verification=EmailVerification.REJECTED)
    if not rejected.update(email_verification=EmailVerification.UNCONFIRMED):
        raise ValidationFailure.of(Code.NOT_ALLOWED, "This address was not rejected.")
    _log(moderator, "accept_address", user, reason)
    record(AuditEvent.ADDRESS_ACCEPTED, user=user, device=NOWHERE)


@transaction.atomic
def appoint_moderator(*, moderator: User, user_id: int, reason: str) -> None:
    """Let somebody moderate. Safe to repeat.

    Args:
        moderator: who appoints: a superuser.

    Raises: as `deactivate_user`; NOT_ALLOWED for all but superusers.
    """
    user = _lock_moderated(moderator, user_id)
    _ensure_superuser(moderator)
    _log(moderator, "appoint_moderator", user, reason)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.groups.add(Group.objects.get(name=MODERATORS))
    record(AuditEvent.MODERATOR_APPOINTED, user=user, device=NOWHERE)


@transaction.atomic
def release_moderator(*, moderator: User, user_id: int, reason: str) -> None:
    """Undo `appoint_moderator`. Whoever may more than a moderator stays of the staff.

    Raises: as `appoint_moderator`.
    """
    user = _lock_moderated(moderator, user_id)
    _ensure_superuser(moderator)
    _log(moderator, "release_moderator", user, reason)
    user.groups.remove(*Group.objects.filter(name=MODERATORS))
    others = User.objects.filter(pk=user.pk, is_superuser=False, groups=None, user_permissions=None)
    User.objects.filter(pk__in=others.values_list("pk", flat=True)).update(is_staff=False)
    record(AuditEvent.MODERATOR_RELEASED, user=user, device=NOWHERE)


@transaction.atomic
def delete_account(*, moderator: User, user_id: int, reason: str) -> None:
    """Delete somebody's account for good, as they could themselves.

    Raises: as `deactivate_user`; NOT_ALLOWED for all but superusers.
    """
    user = _lock_moderated(moderator, user_id)
    _ensure_superuser(moderator)
    _log(moderator, "delete_account", user, reason)
    delete_user(user_id=user.pk)
    record(AuditEvent.DELETED, user=user, device=NOWHERE)


def _log(moderator: User, action: str, user: User, reason: str) -> None:
    log_moderation(moderator=moderator, action=action, subject=user, person=user, reason=reason)


def _lock_moderated(moderator: User, user_id: int) -> User:
    """The account, locked, if this moderator may do anything to it."""
    accounts = User.objects.select_for_update(no_key=True).filter(deleted_at=None)
    user = accounts.filter(pk=user_id).first()
    if user is None:
        raise ValidationFailure.of(Code.NOT_FOUND, "There is no such account any more.", "user_id")
    if user.pk == moderator.pk:
        raise ValidationFailure.of(Code.SELF_ACTION, "You cannot do this to yourself.", "user_id")
    if (user.is_staff or user.is_superuser) and not moderator.is_superuser:
        raise ValidationFailure.of(
            Code.NOT_ALLOWED, f"{user} is of the staff: only superusers may do this.", "user_id"
        )
    return user


def _ensure_superuser(moderator: User) -> None:
    if not moderator.is_superuser:
        raise ValidationFailure.of(Code.NOT_ALLOWED, "Only superusers may do this.")
