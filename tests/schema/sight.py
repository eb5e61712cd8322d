"""Who sees what, as the API promises it, in plain Python: written from the promise, not from the code.

Nothing here knows a database, so that it cannot be wrong in the way that a query is.
"""

from functools import cached_property

from hypothesis import strategies as st

from accounts.models import User
from content.models import (
    Block,
    Bookmark,
    Follow,
    Hashtag,
    Like,
    Mute,
    Notification,
    Post,
    PostEdit,
    PostVisibility,
)
from tests.schema.worlds import World


class Sight:
    """What somebody sees of a network; `viewer` None: somebody who is not signed in."""

    def __init__(self, world: World, viewer: User | None) -> None:
        self.world, self.viewer = world, viewer
        self._me = viewer.pk if viewer else None
        self._follows = {(row.follower_id, row.followed_id) for row in world.follows}
        self._blocks = {(row.blocker_id, row.blocked_id) for row in world.blocks}
        self._mutes = {(row.muter_id, row.muted_id) for row in world.mutes}
        self._mentions = {(row.post_id, row.user_id) for row in world.mentions}

    def blocks(self, user: User) -> bool:
        """Whether the viewer blocks them."""
        return (self._me, user.pk) in self._blocks

    def mutes(self, user: User) -> bool:
        """Whether feeds, notifications and search are without them."""
        return (self._me, user.pk) in self._mutes

    def follows(self, user: User) -> bool:
        """Whether the viewer follows them."""
        return (self._me, user.pk) in self._follows

    def is_followed_by(self, user: User) -> bool:
        """Whether they follow the viewer."""
        return (user.pk, self._me) in self._follows

    def sees_person(self, user: User) -> bool:
        """Nobody sees the deactivated; and a block, either way, hides each from the other."""
        return user.is_active and not self.blocks(user) and (user.pk, self._me) not in self._blocks

    def finds(self, user: User) -> bool:
        """Whoever blocks somebody still finds them, to unblock them."""
        return user.is_active and (self.blocks(user) or self.sees_person(user))

    def sees_post(self, post: Post) -> bool:
        """A deleted post is gone, an author's posts are hidden as the author is. FOLLOWERS posts: the author,
        the author's followers, the people mentioned, the one who is answered.
        """
        if post.deleted_at is not None or not self.sees_person(post.author):
            return False
        return (
            post.visibility == PostVisibility.PUBLIC
            or post.author_id == self._me
            or self.follows(post.author)
            or (post.pk, self._me) in self._mentions
            or (
                post.reply_to is not None
                and post.reply_to.deleted_at is None
                and post.reply_to.author_id == self._me
            )
        )

    def sees_like(self, like: Like) -> bool:
        """Of a post they see, by somebody they see."""
        return self.sees_person(like.user) and self.sees_post(like.post)

    def sees_follow(self, follow: Follow) -> bool:
        """Between people they see."""
        return self.sees_person(follow.follower) and self.sees_person(follow.followed)

    def sees_hashtag(self, hashtag: Hashtag) -> bool:
        """A hashtag of posts that everybody sees; or of one that they see."""
        everybody = Sight(self.world, None)
        return any(
            use.hashtag_id == hashtag.pk and (everybody.sees_post(use.post) or self.sees_post(use.post))
            for use in self.world.uses
        )

    def is_told(self, notification: Notification) -> bool:
        """One's own, of people one sees and does not mute, about posts one sees."""
        return (
            notification.recipient_id == self._me
            and self.sees_person(notification.actor)
            and not self.mutes(notification.actor)
            and (notification.post is None or self.sees_post(notification.post))
        )

    @cached_property
    def people(self) -> list[User]:
        """Whom they see."""
        return [user for user in self.world.people if self.sees_person(user)]

    @cached_property
    def reachable(self) -> list[User]:
        """Whom they find."""
        return [user for user in self.world.people if self.finds(user)]

    @cached_property
    def posts(self) -> list[Post]:
        """The posts they see."""
        return [post for post in self.world.posts if self.sees_post(post)]

    @cached_property
    def edits(self) -> list[PostEdit]:
        """The former texts of these."""
        return [edit for edit in self.world.edits if self.sees_post(edit.post)]

    @cached_property
    def likes(self) -> list[Like]:
        """The likes they see."""
        return [like for like in self.world.likes if self.sees_like(like)]

    @cached_property
    def shown_follows(self) -> list[Follow]:
        """The follows they see."""
        return [follow for follow in self.world.follows if self.sees_follow(follow)]

    @cached_property
    def hashtags(self) -> list[Hashtag]:
        """The hashtags they may know of."""
        return [hashtag for hashtag in self.world.hashtags if self.sees_hashtag(hashtag)]

    @cached_property
    def bookmarks(self) -> list[Bookmark]:
        """What they keep and still see."""
        return [row for row in self.world.bookmarks if row.user_id == self._me and self.sees_post(row.post)]

    @cached_property
    def own_blocks(self) -> list[Block]:
        """Whom they block, as long as these are there."""
        return [row for row in self.world.blocks if row.blocker_id == self._me and row.blocked.is_active]

    @cached_property
    def own_mutes(self) -> list[Mute]:
        """Whom they mute and see."""
        return [row for row in self.world.mutes if row.muter_id == self._me and self.sees_person(row.muted)]

    @cached_property
    def notifications(self) -> list[Notification]:
        """What they are told."""
        return [row for row in self.world.notifications if self.is_told(row)]


def somebodys_sight(world: World, *, signed_in: bool = False) -> st.SearchStrategy[Sight]:
    """What one of a network's people sees, or (unless somebody must be signed in) nobody in particular."""
    viewers: list[User | None] = [user for user in world.people if user.is_active]
    if not signed_in or not viewers:
        viewers.append(None)
    return st.sampled_from(viewers).map(lambda viewer: Sight(world, viewer))
