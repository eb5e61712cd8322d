"""Taking away what was deleted, in the background: a bounded number of rows in each transaction.

What is deleted is marked and gone for everybody at once; only then is it taken away here. Each function does
one transaction and tells how many rows it took, so that it can be called until it says 0, by any number of
workers, which may die at any moment: what is left is found again by its mark.

Nothing here waits for rows that somebody else holds: it leaves them for the next time. (But for hashtags,
which come last: see `pointers.py`.)
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.actions.counts import lower_follow_counts
from accounts.actions.deletion import delete_some, forget_user
from accounts.models import User
from content.actions.exports import throw_away
from content.actions.pointers import forget_unused_hashtags, lock_hashtags
from content.actions.search_index import erase_deleted_words
from content.models import (
    Block,
    Bookmark,
    DataExport,
    Follow,
    Hashtag,
    IdempotencyKey,
    Like,
    Mention,
    Mute,
    Notification,
    Post,
    PostEdit,
    PostHashtag,
    PostVisibility,
    PostWords,
    Report,
)

AT_MOST = 500  # rows that a transaction takes away
HALF = AT_MOST // 2  # where each comes with another that it was counted in
# What hangs on a post, and what ties an account to others; what is counted somewhere comes apart.
OF_A_POST = (Like, Bookmark, PostEdit, Mention, Notification, Report, PostWords)
OF_AN_ACCOUNT: tuple[tuple[type[models.Model], str], ...] = (
    (Block, "blocker"),
    (Block, "blocked"),
    (Mute, "muter"),
    (Mute, "muted"),
    (Bookmark, "user"),
    (Mention, "user"),
    (Notification, "recipient"),
    (Notification, "actor"),
    (Report, "reporter"),
    (Report, "user"),
    (IdempotencyKey, "author"),
    (DataExport, "user"),
)


def purge_posts() -> int:
    """Take away some of what belongs to posts that were deleted, or some of the posts themselves.

    Returns: how many rows; 0 when there is nothing to do, or others do it.
    """
    return _purge(Post.objects.exclude(deleted_at=None))


def purge_user(*, user_id: int) -> int:
    """Take away some of what belongs to an account that was deleted; at the end the account.

    Returns: how many rows; 0 when there is nothing to do, or others do it.
    """
    if not User.objects.filter(pk=user_id).exclude(deleted_at=None).exists():
        return 0
    return _throw_archives_away(user_id) or _purge_rows(user_id)


def _throw_archives_away(user_id: int) -> int:
    """Files are no part of a transaction: they go first."""
    exports = DataExport.objects.filter(user=user_id).exclude(file="")[:AT_MOST]
    for export in exports:
        throw_away(export)
    return len(exports)


@transaction.atomic
def _purge_rows(user_id: int) -> int:
    return (
        _purge(Post.objects.filter(author=user_id).exclude(deleted_at=None))
        or _mark_posts(user_id)
        or _unlike(user_id)
        or _unfollow(user_id, one="follower", other="followed")
        or _unfollow(user_id, one="followed", other="follower")
        or _untie(user_id)
        or _forget(user_id)
    )


@transaction.atomic
def _purge(deleted: QuerySet[Post]) -> int:
    posts = list(_free(deleted.order_by("pk")).values_list("pk", flat=True)[:HALF])
    if not posts:
        return 0
    for model in OF_A_POST:
        if taken := delete_some(model._default_manager.filter(post__in=posts), AT_MOST):
            return taken
    replies = _free(Post.objects.filter(reply_to__in=posts)).values_list("pk", flat=True)[:AT_MOST]
    keys = IdempotencyKey.objects.filter(post__in=posts).values_list("pk", flat=True)[:AT_MOST]
    return (
        _untag(posts)
        or Post.objects.filter(pk__in=list(replies)).update(reply_to=None)
        or IdempotencyKey.objects.filter(pk__in=list(keys)).update(post=None)
        or _forget_posts(posts)
    )


def _untag(posts: list[int]) -> int:
    """Take their hashtags from posts, and away those that no other post has."""
    uses = dict(PostHashtag.objects.filter(post__in=posts).values_list("pk", "hashtag_id")[:HALF])
    hashtags = set(uses.values())
    lock_hashtags(hashtags)
    return delete_some(PostHashtag.objects.filter(pk__in=uses), HALF) + forget_unused_hashtags(hashtags)


def _forget_posts(posts: list[int]) -> int:
    answers = Post.objects.filter(reply_to=OuterRef("pk"))
    gone = delete_some(Post.objects.filter(~Exists(answers), pk__in=posts), AT_MOST)
    return _with_the_last(gone)


def _with_the_last(gone: int) -> int:
    """Erase what the index still has of their words, in the transaction that takes away the last of all that
    was deleted: so once for many, and not never, should the worker die before.
    """
    if gone and not any(model.objects.exclude(deleted_at=None).exists() for model in (Post, User)):
        erase_deleted_words()
    return gone


def _mark_posts(user_id: int) -> int:
    """Count some of an author's posts no more, as when they are deleted one by one."""
    theirs = _free(Post.objects.filter(author=user_id, deleted_at=None).order_by("pk"))
    posts = list(theirs.only("pk", "reply_to_id", "visibility")[:HALF])
    answered = _locked(Post.objects.filter(pk__in=[post.reply_to_id for post in posts if post.reply_to_id]))
    posts = [post for post in posts if post.reply_to_id is None or post.reply_to_id in answered]
    public = [post for post in posts if post.visibility == PostVisibility.PUBLIC]
    uses = PostHashtag.objects.filter(post__in=public).order_by("post_id")
    tags = list(uses.values_list("post_id", "hashtag_id")[: AT_MOST + 1])
    if len(tags) > AT_MOST:  # the last post's may be incomplete
        posts = [post for post in posts if post.pk < tags[-1][0]]
    keys = {post.pk for post in posts}
    hashtags = Counter(tag for post, tag in tags if post in keys)
    lock_hashtags(hashtags)
    _lower(Hashtag, "post_count", hashtags)
    replies = (post.reply_to_id for post in public if post.pk in keys)
    _lower(Post, "reply_count", Counter(key for key in replies if key is not None))
    return Post.objects.filter(pk__in=keys).update(deleted_at=datetime.now(UTC))


def _unlike(user_id: int) -> int:
    likes = dict(_free(Like.objects.filter(user=user_id)).values_list("pk", "post_id")[:HALF])
    posts = _locked(Post.objects.filter(pk__in=likes.values()))
    Post.objects.filter(pk__in=posts).update(like_count=F("like_count") - 1)
    return delete_some(Like.objects.filter(pk__in=[like for like in likes if likes[like] in posts]), HALF)


def _unfollow(user_id: int, *, one: str, other: str) -> int:
    follows = dict(_free(Follow.objects.filter(**{one: user_id})).values_list("pk", f"{other}_id")[:HALF])
    people = _locked(User.objects.filter(pk__in=follows.values()))
    lower_follow_counts(user_ids=people, of="follower_count" if other == "followed" else "following_count")
    return delete_some(Follow.objects.filter(pk__in=[key for key in follows if follows[key] in people]), HALF)


def _untie(user_id: int) -> int:
    for model, column in OF_AN_ACCOUNT:
        if taken := delete_some(model._default_manager.filter(**{column: user_id}), AT_MOST):
            return taken
    return 0


def _forget(user_id: int) -> int:
    """The account itself, unless something is left that somebody else holds at this moment."""
    left: tuple[QuerySet[Any], ...] = (
        Post.objects.filter(author=user_id),
        Like.objects.filter(user=user_id),
        Follow.objects.filter(follower=user_id),
        Follow.objects.filter(followed=user_id),
    )
    if any(rows.exists() for rows in left):
        return 0
    return _with_the_last(forget_user(user_id=user_id, at_most=AT_MOST))


def _free(rows: QuerySet[Any]) -> QuerySet[Any]:
    """These rows, locked, but for those that others hold."""
    return rows.select_for_update(skip_locked=True, no_key=True)


def _locked(rows: QuerySet[Any]) -> set[int]:
    """The keys of these rows, which are locked now, but for those that others hold."""
    return set(_free(rows.order_by("pk")).values_list("pk", flat=True))


def _lower(model: type[models.Model], counter: str, times: Counter[int]) -> None:
    """Lower a counter of each row by as many as the row comes up."""
    by_number = defaultdict(list)
    for key, number in times.items():
        by_number[number].append(key)
    for number, keys in by_number.items():
        model._default_manager.filter(pk__in=keys).update(**{counter: F(counter) - number})
