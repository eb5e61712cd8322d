"""What people ask the moderators to look at."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import TimeOrdered, User
from content.models.posts import Post

MAX_COMMENT = 1_000  # characters


class ReportReason(models.TextChoices):
    """What is wrong with a post or a person."""

    SPAM = "SPAM"
    HARASSMENT = "HARASSMENT"
    ILLEGAL = "ILLEGAL"
    OTHER = "OTHER"


class ReportStatus(models.TextChoices):
    """What became of a report."""

    OPEN = "OPEN"
    DISMISSED = "DISMISSED"
    UPHELD = "UPHELD"


class Report(TimeOrdered):
    """Somebody thinks that a post or a person breaks the rules."""

    reporter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reports_made", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="reports")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="reports_got")
    reason = models.CharField(max_length=10, choices=ReportReason.choices)
    comment = models.CharField(max_length=MAX_COMMENT, blank=True)
    status = models.CharField(max_length=9, choices=ReportStatus.choices, default=ReportStatus.OPEN)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(post__isnull=True, user__isnull=False) | Q(post__isnull=False, user__isnull=True),
                name="report_has_one_subject",
            ),
            models.CheckConstraint(condition=Q(reason__in=ReportReason.values), name="report_reason_known"),
            models.CheckConstraint(
                condition=Q(status=ReportStatus.OPEN, settled_at__isnull=True)
                | (Q(status__in=["DISMISSED", "UPHELD"]) & Q(settled_at__isnull=False)),
                name="report_is_open_or_settled",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | ~Q(reporter=F("user")), name="report_not_oneself"
            ),
            models.UniqueConstraint(
                fields=["reporter", "post"], condition=Q(status="OPEN"), name="report_open_once_per_post"
            ),
            models.UniqueConstraint(
                fields=["reporter", "user"], condition=Q(status="OPEN"), name="report_open_once_per_user"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["reporter", "id"], name="report_by_reporter"),
            models.Index(fields=["id"], condition=Q(status="OPEN"), name="report_open"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class ReportedSubject(Report):
    """The first open report of a post or a person, which stands for all of them in the moderators' queue."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "reported post or account"
        verbose_name_plural = "reported posts and accounts"
