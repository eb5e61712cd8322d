"""Posts, and what people do to them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from accounts.models import TimeOrdered, User

MAX_BODY = 5_000  # characters
# Not `= 0`: knowing that all counts are the same, PostgreSQL reads a list by counts in the order of keys, and
# drops everything from the first key to the page.
UNLIKED = Q(like_count__lt=1)


class PostVisibility(models.TextChoices):
    """For whom a post is."""

    PUBLIC = "PUBLIC"
    FOLLOWERS = "FOLLOWERS"


class Post(TimeOrdered):
    """A text somebody published; a reply when it answers another.

    A post that was deleted is gone for everybody at once; its row stays until the worker has taken away what
    hangs on it.
    """

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="posts", db_index=False)
    body = models.TextField()
    visibility = models.CharField(max_length=9, choices=PostVisibility.choices, default=PostVisibility.PUBLIC)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True, editable=False)
    is_reply = models.BooleanField(default=False, help_text="Stays true when the answered post is gone.")
    reply_to = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="replies", db_index=False
    )
    like_count = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)

    class Meta:
        permissions: ClassVar = [("moderate_post", "Can remove posts and settle reports")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(body=""), name="post_body_not_empty"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("body"), MAX_BODY), name="post_body_not_too_long"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=PostVisibility.values), name="post_visibility_known"
            ),
            models.CheckConstraint(condition=Q(like_count__gte=0), name="post_like_count_not_negative"),
            models.CheckConstraint(condition=Q(reply_count__gte=0), name="post_reply_count_not_negative"),
            models.CheckConstraint(
                condition=Q(is_reply=True) | Q(reply_to__isnull=True), name="post_answering_is_a_reply"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["author", "id"], name="post_by_author"),
            models.Index(
                fields=["author", "id"],
                condition=Q(is_reply=False, deleted_at__isnull=True),
                name="post_by_author_not_answering",
            ),
            models.Index(fields=["id"], condition=Q(deleted_at__isnull=False), name="post_deleted"),
            models.Index(fields=["reply_to", "id"], name="post_by_answered"),
            models.Index(fields=["like_count", "id"], name="post_by_like_count"),
            models.Index(fields=["author", "like_count", "id"], name="post_by_author_and_likes"),
            models.Index(fields=["id"], condition=UNLIKED, name="post_unliked"),
            models.Index(fields=["author", "id"], condition=UNLIKED, name="post_unliked_by_author"),
        ]

    def __str__(self) -> str:
        return f"post {self.pk}"


class PostEdit(TimeOrdered):
    """A former text of a post. Its key tells when that text was written."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="edits", db_index=False)
    body = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["post", "id"], name="post_edit_by_post")]

    def __str__(self) -> str:
        return f"former text of post {self.post_id}"


class Like(TimeOrdered):
    """Somebody likes a post; at most once."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="likes", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="likes", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "user"], name="like_once_per_user_and_post"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["post", "id"], name="like_by_post"),
            models.Index(fields=["user", "id"], name="like_by_user"),
        ]

    def __str__(self) -> str:
        return f"like of post {self.post_id}"


class Bookmark(TimeOrdered):
    """Somebody keeps a post to find it again; nobody else knows."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="bookmarks", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bookmarks", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "user"], name="bookmark_once_per_user_and_post"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "id"], name="bookmark_by_user")]

    def __str__(self) -> str:
        return f"bookmark of post {self.post_id}"


class IdempotencyKey(models.Model):
    """A key somebody sent with a new post, so that sending it again makes no second post."""

    author = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64, help_text="SHA-256 of all inputs.")
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "key"], name="idempotency_key_unique_per_author"),
        ]

    def __str__(self) -> str:
        return f"idempotency key of user {self.author_id}"
