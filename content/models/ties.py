"""What ties one person to another, or keeps them apart."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import TimeOrdered, User

# Marks somebody of whom whoever looked them up is told the name only.
VEILED = "is_veiled"


class Follow(TimeOrdered):
    """Somebody wants to read what somebody else writes; its key tells since when."""

    follower = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows_made", db_index=False)
    followed = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows_got", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_once_per_pair"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="follow_not_oneself"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["follower", "id"], name="follow_by_follower"),
            models.Index(fields=["followed", "id"], name="follow_by_followed"),
        ]

    def __str__(self) -> str:
        return f"user {self.follower_id} follows user {self.followed_id}"


class Block(TimeOrdered):
    """Somebody and somebody else are hidden from each other, because the first wished so."""

    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks_made", db_index=False)
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks_got")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once_per_pair"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_not_oneself"),
        ]
        indexes: ClassVar = [models.Index(fields=["blocker", "id"], name="block_by_blocker")]

    def __str__(self) -> str:
        return f"user {self.blocker_id} blocks user {self.blocked_id}"

    @property
    def veiled(self) -> User:
        """Whom it hides, as whoever made it sees them: the name only."""
        setattr(self.blocked, VEILED, True)
        return self.blocked


class Mute(TimeOrdered):
    """Somebody does not want to be shown what somebody else writes, and does not tell them."""

    muter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mutes_made", db_index=False)
    muted = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mutes_got")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["muter", "muted"], name="mute_once_per_pair"),
            models.CheckConstraint(condition=~Q(muter=F("muted")), name="mute_not_oneself"),
        ]
        indexes: ClassVar = [models.Index(fields=["muter", "id"], name="mute_by_muter")]

    def __str__(self) -> str:
        return f"user {self.muter_id} mutes user {self.muted_id}"
