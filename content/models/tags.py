"""What a post's text points at: hashtags and people. Renewed with the text."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import TimeOrdered, User
from content.models.posts import Post

MAX_HASHTAG = 64  # characters
MAX_SEARCH_KEY = 256  # characters: a name can grow when it is folded


class Hashtag(TimeOrdered):
    """A word that posts are found by."""

    name = models.CharField(max_length=MAX_HASHTAG, help_text="Lower-case, without the #.")
    search_key = models.CharField(
        max_length=MAX_SEARCH_KEY, db_index=True, help_text="The name as search compares it."
    )
    post_count = models.PositiveIntegerField(default=0, help_text="Public posts that have it.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="hashtag_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="hashtag_name_not_empty"),
            models.CheckConstraint(condition=Q(post_count__gte=0), name="hashtag_post_count_not_negative"),
        ]

    def __str__(self) -> str:
        return f"#{self.name}"


class PostHashtag(models.Model):
    """A post has a hashtag."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="hashtag_uses", db_index=False)
    hashtag = models.ForeignKey(Hashtag, on_delete=models.CASCADE, related_name="uses", db_index=False)
    position = models.PositiveSmallIntegerField(help_text="Its place among the post's hashtags.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "hashtag"], name="post_hashtag_once_per_post"),
        ]
        indexes: ClassVar = [models.Index(fields=["hashtag", "post"], name="post_hashtag_by_hashtag")]

    def __str__(self) -> str:
        return f"hashtag {self.hashtag_id} of post {self.post_id}"


class Mention(models.Model):
    """A post names a person; who is named sees it, also when it is for followers."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mention_rows", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mention_rows")
    position = models.PositiveSmallIntegerField(help_text="Its place among the people the post names.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "user"], name="mention_once_per_post"),
        ]

    def __str__(self) -> str:
        return f"mention of user {self.user_id} in post {self.post_id}"
