"""Deleting an account. It is gone for everybody at once; its rows are taken away in the background, a few in
each transaction, whatever their number.
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import QuerySet

from accounts.actions.audit import record
from accounts.actions.proofs import proves
from accounts.actions.sessions import end_sessions
from accounts.devices import Device
from accounts.failures import Code, ValidationFailure
from accounts.models import (
    AuditEntry,
    AuditEvent,
    EmailCheck,
    Enrichment,
    FormerName,
    Mail,
    ModerationEntry,
    PersonNames,
    RefreshToken,
    Session,
    User,
)
from accounts.names import KEPT, name_hash


def delete_account(*, user: User, password: str, device: Device) -> None:
    """Delete one's own account.

    Raises: ValidationFailure with INVALID_CREDENTIALS; Throttled.
    """
    if not proves(user=user, password=password, device=device):
        raise ValidationFailure.of(Code.INVALID_CREDENTIALS, "This is not your password.", "password")
    with transaction.atomic():
        delete_user(user_id=user.pk)  # locks the account
        record(AuditEvent.DELETED, user=user, device=device)


@transaction.atomic
def delete_user(*, user_id: int) -> None:
    """Make an account, and all that belongs to it, disappear at once and for good; ends its sessions.

    Safe to repeat. The worker takes the rows away.
    """
    user = User(pk=user_id)
    end_sessions(user=user)  # locks the account
    User.objects.filter(pk=user.pk, deleted_at=None).update(deleted_at=datetime.now(UTC), is_active=False)


@transaction.atomic
def forget_user(*, user_id: int, at_most: int) -> int:
    """Take away up to `at_most` rows of an account that was deleted; its own row last.

    Whatever other rooms keep about it has to be gone by then: the database would refuse.

    Returns: how many rows were taken away or changed; 0 when nothing is left.
    """
    about = {"object_id": str(user_id), "content_type__app_label": "accounts", "content_type__model": "user"}
    for rows in (
        # The latest first: a token points at the one it came from.
        RefreshToken.objects.filter(session__user=user_id).order_by("-pk"),
        Session.objects.filter(user=user_id),
        EmailCheck.objects.filter(user=user_id),
        Enrichment.objects.filter(user=user_id),
        PersonNames.objects.filter(user=user_id),
        Mail.objects.filter(user=user_id),
        AuditEntry.objects.filter(user=user_id),
        LogEntry.objects.filter(user=user_id),
        LogEntry.objects.filter(**about),
        User.groups.through.objects.filter(user=user_id),
        User.user_permissions.through.objects.filter(user=user_id),
    ):
        if taken := delete_some(rows, at_most):
            return taken
    # That something was done stays; why it was may name the person.
    return (
        _change_some(ModerationEntry.objects.filter(person=user_id), at_most, person=None, reason="")
        or _change_some(ModerationEntry.objects.filter(moderator=user_id), at_most, moderator=None)
        or _forget_row(user_id)
    )


def _forget_row(user_id: int) -> int:
    user = User.objects.filter(pk=user_id).exclude(deleted_at=None).first()
    if user is None or user.deleted_at is None:
        return 0
    FormerName.objects.update_or_create(
        name_hash=name_hash(user.username), defaults={"free_at": user.deleted_at + KEPT}
    )
    return delete_some(User.objects.filter(pk=user_id), 1)


def delete_some(rows: QuerySet[Any], at_most: int) -> int:
    """Delete up to `at_most` of these rows, and nothing with them. Returns: how many."""
    keys = list(rows.values_list("pk", flat=True)[:at_most])
    return rows.model._base_manager.filter(pk__in=keys)._raw_delete(rows.db) if keys else 0


def _change_some(rows: QuerySet[Any], at_most: int, **changes: Any) -> int:
    keys = list(rows.values_list("pk", flat=True)[:at_most])
    return rows.model._base_manager.filter(pk__in=keys).update(**changes) if keys else 0
