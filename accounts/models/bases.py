"""What rows of several kinds have in common."""

from datetime import datetime

from django.db import models

from accounts.keys import key_time, new_key


class TimeOrdered(models.Model):
    """A row whose key tells when it was created."""

    id = models.BigIntegerField(primary_key=True, default=new_key, editable=False)

    class Meta:
        abstract = True

    @property
    def created_at(self) -> datetime:
        """When the row was created, in UTC."""
        return key_time(self.pk)


class Job(models.Model):
    """Something that is tried in the background until it is done.

    The row is the truth: a job is due when `next_attempt_at` has passed, and settled when it is NULL. A
    worker claims a job by moving `next_attempt_at` to the end of its lease, so that a worker that died
    only delays it.
    """

    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, db_index=True)
    problem = models.CharField(max_length=100, blank=True, help_text="Why the last attempt settled nothing.")

    class Meta:
        abstract = True
