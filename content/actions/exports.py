"""Having everything that is held about oneself put into an archive."""

import tempfile
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction

from accounts.actions.audit import record
from accounts.actions.proofs import proves
from accounts.devices import Device
from accounts.failures import Code, ValidationFailure
from accounts.jobs import settle, too_old, try_again
from accounts.models import AuditEvent, User
from content.actions.inserts import insert_if_absent
from content.archive import write_archive
from content.models import DataExport

STORAGE = "exports"


def request_data_export(*, user: User, password: str, device: Device) -> DataExport:
    """Let the worker make an archive; while one is being made, that is the one.

    Raises: ValidationFailure with INVALID_CREDENTIALS; Throttled.
    """
    if not proves(user=user, password=password, device=device):
        raise ValidationFailure.of(Code.INVALID_CREDENTIALS, "This is not your password.", "password")
    with transaction.atomic():
        if insert_if_absent(DataExport(user=user, next_attempt_at=datetime.now(UTC))):
            record(AuditEvent.EXPORT_REQUESTED, user=user, device=device)
        # Just made, or being made; or, when it was finished in between, the newest.
        return DataExport.objects.filter(user=user).latest("pk")


def make_archive(job: DataExport) -> None:
    """Write an archive and keep it for a while."""
    name = f"{job.pk}-{job.attempts}.zip"
    try:
        with tempfile.TemporaryFile() as file:
            write_archive(job.user, file)
            file.seek(0)
            name = storages[STORAGE].save(name, File(file))
    except OSError as error:
        if too_old(job, after=timedelta(days=1)):
            settle(job)
        else:
            try_again(job, problem=type(error).__name__, retry_after_s=None)
        return
    expires_at = datetime.now(UTC) + settings.DATA_EXPORT_KEPT
    if not settle(job, file=name, expires_at=expires_at):
        storages[STORAGE].delete(name)  # somebody else has made it, or the account is gone


def fetch_archive(*, user: User, export_id: int, device: Device) -> File[bytes] | None:
    """The archive, for its owner, as long as it is kept; None: there is none."""
    export = DataExport.objects.filter(pk=export_id, user=user, expires_at__gt=datetime.now(UTC)).first()
    if export is None or not export.file:
        return None
    record(AuditEvent.EXPORT_FETCHED, user=user, device=device)
    file: File[bytes] = storages[STORAGE].open(export.file)
    return file


def throw_away(export: DataExport) -> None:
    """Delete an archive; that there was one stays known."""
    storages[STORAGE].delete(export.file)
    DataExport.objects.filter(pk=export.pk).update(file="")
