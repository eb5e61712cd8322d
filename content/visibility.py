"""The one rule of who sees what. Every path to a person, a post, or what ties them goes through here.

`viewer` is who asks; None is an anonymous request. Whoever a moderator deactivated is as if deleted, and a
deleted post is gone while its rows are still being taken away.

The conditions are written once, for a person (`_person_seen`) and for a post (`_post_seen`), as what must
hold at the end of a path of relations: `"post__author__"` is the author of a row's post.
"""

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Subquery, Value

from accounts.models import User
from content.models import (
    Block,
    Bookmark,
    Follow,
    Hashtag,
    Like,
    Mention,
    Mute,
    Notification,
    Post,
    PostEdit,
    PostHashtag,
    PostVisibility,
)
from content.models.ties import VEILED


def visible_users(viewer: User | None) -> QuerySet[User]:
    """The people `viewer` may see: in lists, as authors, as likers."""
    return User.objects.filter(_person_seen(viewer, ""))


def reachable_users(viewer: User | None) -> QuerySet[User]:
    """The people `viewer` may look up and act on: also whom they block, to unblock them.

    Of those only the name is told: see `is_veiled`. Whoever blocks `viewer` is not there for them,
    unless they block each other: then each must still find the other.
    """
    people = User.objects.filter(is_active=True)
    if viewer is None:
        return people
    veiled = Exists(Block.objects.filter(blocker=viewer, blocked=OuterRef("pk")))
    hidden = Exists(Block.objects.filter(blocker=OuterRef("pk"), blocked=viewer))
    return people.annotate(**{VEILED: veiled}).filter(Q(**{VEILED: True}) | ~hidden)


def people_behind(viewer: User | None) -> QuerySet[User]:
    """Who wrote or did what `viewer` was just found to see, to be picked by its keys.

    The rows were asked whether these people are seen. To ask again, in a later statement, would leave a post
    without its author when somebody blocks or is deactivated in between.
    """
    return User.objects.all()


def is_veiled(user: User) -> bool:
    """Whether of this person, as `reachable_users` found them, the viewer is told the name only."""
    return getattr(user, VEILED, False)


def visible_posts(viewer: User | None) -> QuerySet[Post]:
    """The posts `viewer` may see."""
    return Post.objects.filter(_post_seen(viewer, ""))


def visible_likes(viewer: User | None) -> QuerySet[Like]:
    """The likes `viewer` may see: of posts they may see, by people they may see."""
    return Like.objects.filter(_person_seen(viewer, "user__"), _post_seen(viewer, "post__"))


def visible_edits(viewer: User | None) -> QuerySet[PostEdit]:
    """The former texts `viewer` may see: those of posts they may see."""
    return PostEdit.objects.filter(_post_seen(viewer, "post__"))


def visible_follows(viewer: User | None) -> QuerySet[Follow]:
    """The follows `viewer` may see: between people they may see."""
    return Follow.objects.filter(_person_seen(viewer, "follower__"), _person_seen(viewer, "followed__"))


def visible_mentions(viewer: User | None) -> QuerySet[Mention]:
    """The mentions `viewer` may see: in posts they may see, of people they may see."""
    return Mention.objects.filter(_person_seen(viewer, "user__"), _post_seen(viewer, "post__"))


def visible_hashtag_uses(viewer: User | None) -> QuerySet[PostHashtag]:
    """The hashtags of posts `viewer` may see, post by post."""
    return PostHashtag.objects.filter(_post_seen(viewer, "post__"))


def visible_hashtags(viewer: User | None) -> QuerySet[Hashtag]:
    """The hashtags `viewer` may know of: those of posts that everybody sees, and those of posts they see."""
    public = Q(_has_use(None), post_count__gt=0)
    return Hashtag.objects.filter(public if viewer is None else public | Q(_has_use(viewer)))


def visible_bookmarks(viewer: User | None) -> QuerySet[Bookmark]:
    """What `viewer` keeps, as far as they may still see it."""
    return Bookmark.objects.filter(_post_seen(viewer, "post__"), user=viewer)


def visible_blocks(viewer: User | None) -> QuerySet[Block]:
    """Whom `viewer` blocks."""
    return Block.objects.filter(blocker=viewer, blocked__is_active=True)


def visible_mutes(viewer: User | None) -> QuerySet[Mute]:
    """Whom `viewer` mutes, as far as they may see them."""
    return Mute.objects.filter(_person_seen(viewer, "muted__"), muter=viewer)


def visible_notifications(viewer: User | None) -> QuerySet[Notification]:
    """What `viewer` is told: of people they may see and do not mute, about posts they may see."""
    return Notification.objects.filter(
        _person_seen(viewer, "actor__"),
        unmuted(viewer, "actor__"),
        Q(post=None) | _post_seen(viewer, "post__"),
        recipient=viewer,
    )


def unmuted(viewer: User | None, person: str) -> Q:
    """That `viewer` does not mute the person at the end of a path. What feeds, notifications and search ask
    on top of the rule: a mute hides from these, and from nothing else.
    """
    if viewer is None:
        return Q()
    return ~Q(Exists(Mute.objects.filter(muter=viewer, muted=OuterRef(f"{person}pk"))))


def _has_use(viewer: User | None) -> Subquery:
    """That some post which `viewer` may see has the hashtag.

    Not EXISTS: of that, PostgreSQL may look for all hashtags that have such a post.
    """
    uses = visible_hashtag_uses(viewer).filter(hashtag=OuterRef("pk"))
    return Subquery(uses.values(there=Value(True))[:1], output_field=BooleanField())


def _person_seen(viewer: User | None, person: str) -> Q:
    active = Q(**{f"{person}is_active": True})
    return active if viewer is None else active & _no_block(viewer, person)


def _post_seen(viewer: User | None, post: str) -> Q:
    there = Q(**{f"{post}deleted_at": None, f"{post}author__is_active": True})
    public = Q(**{f"{post}visibility": PostVisibility.PUBLIC})
    if viewer is None:
        return there & public
    theirs = Q(**{f"{post}author": viewer})
    followed = Exists(Follow.objects.filter(follower=viewer, followed=OuterRef(f"{post}author__pk")))
    mentioned = Exists(Mention.objects.filter(user=viewer, post=OuterRef(f"{post}pk")))
    question = Post.objects.filter(pk=OuterRef(f"{post}reply_to__pk"), author=viewer, deleted_at=None)
    meant_for_them = public | theirs | Q(followed) | Q(mentioned) | Q(Exists(question))
    return there & meant_for_them & _no_block(viewer, f"{post}author__")


def _no_block(viewer: User, person: str) -> Q:
    theirs = Exists(Block.objects.filter(blocker=viewer, blocked=OuterRef(f"{person}pk")))
    against_them = Exists(Block.objects.filter(blocked=viewer, blocker=OuterRef(f"{person}pk")))
    # One NOT round both, which PostgreSQL leaves alone. Of a NOT EXISTS it makes an anti-join, and expects
    # nearly no rows where the person is given, as in somebody's posts: then it sorts all of these for a page.
    return ~(Q(theirs) | Q(against_them))
