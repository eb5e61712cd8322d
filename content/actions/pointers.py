"""Keeping what a post's text points at: hashtags and people. Part of publishing, editing and deleting.

Of all that a transaction locks, posts come first, then hashtags, then people, each in the order of their
keys: so no two wait for each other.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from accounts.actions.deletion import delete_some
from accounts.models import User
from accounts.words import fold
from content.entities import MAX_EACH, hashtags_in, names_in
from content.models import Hashtag, Mention, Post, PostHashtag, PostVisibility
from content.models.tags import MAX_SEARCH_KEY
from content.visibility import visible_users


def set_hashtags(post: Post, *, is_new: bool) -> None:
    """Let a post have the hashtags of its text, and no others; counts those of public posts."""
    names = hashtags_in(post.body)
    uses = PostHashtag.objects.filter(post=post)
    former = [] if is_new else list(uses.order_by("position").values_list("hashtag__name", flat=True))
    if former == names:
        return
    tags = _locked_hashtags(names, former)
    if former:
        uses.delete()
    PostHashtag.objects.bulk_create(
        PostHashtag(post=post, hashtag=tags[name], position=position) for position, name in enumerate(names)
    )
    before, now = ({tags[name].pk for name in each} for each in (former, names))
    if post.visibility == PostVisibility.PUBLIC:
        _count_hashtags(now - before, by=1)
        _count_hashtags(before - now, by=-1)
    forget_unused_hashtags(before - now)


def count_hashtags(keys: Collection[int], *, by: int) -> None:
    """Add `by` to the counts of these hashtags: all that the caller's transaction changes."""
    lock_hashtags(keys)
    _count_hashtags(keys, by=by)


def lock_hashtags(keys: Collection[int]) -> None:
    """Let nobody else count, give to a post or take away these hashtags until the transaction's end."""
    if keys:
        list(Hashtag.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def forget_unused_hashtags(keys: Collection[int]) -> int:
    """Take away those of these hashtags, which the caller has locked, that no post has. Returns: how many."""
    uses = PostHashtag.objects.filter(hashtag=OuterRef("pk"))
    return delete_some(Hashtag.objects.filter(~Exists(uses), pk__in=keys), len(keys)) if keys else 0


def set_mentions(post: Post, *, is_new: bool) -> list[int]:
    """Let a post mention the people its text names, as far as its author sees them, and nobody else.

    Returns: the keys of those whom it did not mention before, in their order.
    """
    named = _people(post.author, names_in(post.body))
    mentions = Mention.objects.filter(post=post)
    former = set() if is_new else set(mentions.values_list("user_id", flat=True))
    if former:
        mentions.delete()
    if named:
        Mention.objects.bulk_create(
            Mention(post=post, user_id=key, position=position) for position, key in enumerate(named)
        )
    return [key for key in named if key not in former]


def _count_hashtags(keys: Collection[int], *, by: int) -> None:
    if keys:
        Hashtag.objects.filter(pk__in=keys).update(post_count=F("post_count") + by)


def _locked_hashtags(names: list[str], former: list[str]) -> dict[str, Hashtag]:
    """The hashtags of these names, and those that a post had; so that nobody takes them away meanwhile."""
    # In one order everywhere: of two who make the same new ones at once, the second waits and finds them.
    new = [Hashtag(name=name, search_key=fold(name)[:MAX_SEARCH_KEY]) for name in sorted(names)]
    wanted = {*names, *former}
    while True:
        if new:
            Hashtag.objects.bulk_create(new, ignore_conflicts=True)
        with transaction.atomic():
            tags = Hashtag.objects.select_for_update(no_key=True).filter(name__in=wanted).order_by("pk")
            found = {tag.name: tag for tag in tags}
            if len(found) == len(wanted):
                return found
            # One was taken away since. The others are let go: who waits for them may be making this one too.
            transaction.set_rollback(True)


def _people(author: User, names: list[str]) -> list[int]:
    if not names:
        return []
    seen = visible_users(author).filter(username_lower__in=names)
    keys = dict(seen.values_list("username_lower", "pk"))
    return [keys[name] for name in names if name in keys][:MAX_EACH]
