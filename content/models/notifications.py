"""What people are told of what others did."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import TimeOrdered, User
from content.models.posts import Post


class NotificationKind(models.TextChoices):
    """What somebody did."""

    LIKE = "LIKE"
    REPLY = "REPLY"
    MENTION = "MENTION"
    FOLLOW = "FOLLOW"


class Notification(TimeOrdered):
    """Somebody is told, once, that somebody else liked, answered, mentioned or followed."""

    recipient = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    kind = models.CharField(max_length=7, choices=NotificationKind.choices)
    actor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications_caused")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="notifications")
    is_read = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "actor", "post"], name="notification_once_per_post"
            ),
            models.UniqueConstraint(
                fields=["recipient", "kind", "actor"],
                condition=Q(post__isnull=True),
                name="notification_once_per_follow",
            ),
            models.CheckConstraint(
                condition=Q(kind=NotificationKind.FOLLOW, post__isnull=True)
                | (Q(kind__in=["LIKE", "REPLY", "MENTION"]) & Q(post__isnull=False)),
                name="notification_has_a_post_but_for_follow",
            ),
            models.CheckConstraint(condition=~Q(recipient=F("actor")), name="notification_not_of_oneself"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "id"], name="notification_by_recipient"),
            models.Index(fields=["recipient", "id"], condition=Q(is_read=False), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} notification of user {self.recipient_id}"
