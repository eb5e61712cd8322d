"""Archives of everything that is held about a person."""

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Job, TimeOrdered, User


class DataExportStatus(models.TextChoices):
    """How far an archive is."""

    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


class DataExport(TimeOrdered, Job):
    """An archive that somebody asked for; made by the worker, kept for a while."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_exports", db_index=False)
    file = models.CharField(max_length=100, blank=True, help_text="Its name in the storage `exports`.")
    expires_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(next_attempt_at__isnull=False), name="data_export_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(file="") | Q(expires_at__isnull=False), name="data_export_file_expires"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "id"], name="data_export_by_user")]

    def __str__(self) -> str:
        return f"data export {self.pk}"

    @property
    def status(self) -> DataExportStatus:
        """How far it is."""
        if self.next_attempt_at is not None:
            return DataExportStatus.PENDING
        if not self.file and self.expires_at is None:
            return DataExportStatus.FAILED
        over = self.expires_at is None or self.expires_at <= datetime.now(UTC)
        return DataExportStatus.EXPIRED if over else DataExportStatus.READY
