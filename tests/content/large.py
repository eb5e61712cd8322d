"""Posts and accounts with so much to them that it is not taken away at once; rows made in bulk."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import F

from accounts.actions.deletion import delete_user
from accounts.keys import key_at
from accounts.models import EmailCheck, Enrichment, Mail, ModerationEntry, User
from content.actions.purge import purge_posts, purge_user
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
    NotificationKind,
    Post,
    PostEdit,
    PostHashtag,
    Report,
)

M = TypeVar("M", bound=models.Model)
_numbers = count(1)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def keys(number: int) -> list[int]:
    """As many fresh keys, in their order; of a millisecond each, so that no two are alike."""
    return [key_at(LONG_AGO + timedelta(milliseconds=next(_numbers))) for _ in range(number)]


def crowd(number: int) -> list[User]:
    """As many people, who never signed up."""
    names = [f"crowd{next(_numbers)}" for _ in range(number)]
    rows = [
        User(id=key, username=name, email=f"{name}@x.org", email_key=f"{name}@x.org")
        for key, name in zip(keys(number), names, strict=True)
    ]
    return User.objects.bulk_create(rows, batch_size=1000)


def posts_of(
    author: User, number: int, *, reply_to: Post | None = None, body: str = "x", **given: Any
) -> list[Post]:
    """As many posts, counted."""
    rows = [
        Post(id=key, author=author, body=body, reply_to=reply_to, is_reply=reply_to is not None, **given)
        for key in keys(number)
    ]
    Post.objects.bulk_create(rows, batch_size=1000)
    if given.get("visibility", "PUBLIC") == "PUBLIC":
        User.objects.filter(pk=author.pk).update(post_count=F("post_count") + number)
        if reply_to:
            Post.objects.filter(pk=reply_to.pk).update(reply_count=F("reply_count") + number)
    return rows


def likes(people: Sequence[User], posts: Sequence[Post]) -> None:
    """Everybody likes each of the posts, counted; the authors are told."""
    pairs = [(user, post) for user in people for post in posts]
    made = [Like(user=user, post=post) for user, post in pairs]
    Like.objects.bulk_create(_keyed(made), batch_size=1000)
    for chunk in _chunks(posts):
        liked = Post.objects.filter(pk__in=[post.pk for post in chunk])
        liked.update(like_count=F("like_count") + len(people))
    told = [
        Notification(recipient_id=post.author_id, kind=NotificationKind.LIKE, actor=user, post=post)
        for user, post in pairs
    ]
    Notification.objects.bulk_create(_keyed(told), batch_size=1000)


def follows(followers: Sequence[User], followed: Sequence[User]) -> None:
    """Each follows each, counted."""
    pairs = [(one, other) for one in followers for other in followed]
    made = [Follow(follower=one, followed=other) for one, other in pairs]
    Follow.objects.bulk_create(_keyed(made), batch_size=1000)
    for people, counter, number in (
        (followers, "following_count", len(followed)),
        (followed, "follower_count", len(followers)),
    ):
        for chunk in _chunks(people):
            User.objects.filter(pk__in=[user.pk for user in chunk]).update(**{counter: F(counter) + number})


def tagged(posts: Sequence[Post], names: Iterable[str]) -> None:
    """Each of the posts has each of these hashtags, counted."""
    for position, name in enumerate(names):
        tag, _ = Hashtag.objects.get_or_create(name=name, search_key=name)
        uses = [PostHashtag(post=post, hashtag=tag, position=position) for post in posts]
        PostHashtag.objects.bulk_create(uses, batch_size=1000)
        Hashtag.objects.filter(pk=tag.pk).update(post_count=F("post_count") + len(posts))


def hang_everything_on(post: Post, people: Sequence[User]) -> None:
    """Likes, replies, bookmarks, mentions, reports, former texts, a hashtag and a key."""
    likes(people, [post])
    for user in people:
        posts_of(user, 1, reply_to=post)
    Bookmark.objects.bulk_create([Bookmark(post=post, user=user) for user in people])
    Mention.objects.bulk_create(
        [Mention(post=post, user=user, position=number % 30) for number, user in enumerate(people)]
    )
    Report.objects.bulk_create([Report(post=post, reporter=user, reason="SPAM") for user in people])
    PostEdit.objects.bulk_create([PostEdit(post=post, body="former") for _ in people])
    tagged([post], ["one", "two"])
    IdempotencyKey.objects.create(
        author=post.author, key="k", request_hash="h", post=post, created_at=datetime.now(UTC)
    )


def tie_everything_to(person: User, people: Sequence[User]) -> None:
    """Follows, blocks, mutes, bookmarks, mentions, notifications and reports, both ways."""
    follows([person], people)
    follows(people, [person])
    posts = [post for user in people[:3] for post in posts_of(user, 2)]
    Bookmark.objects.bulk_create([Bookmark(post=post, user=person) for post in posts])
    Mention.objects.bulk_create([Mention(post=post, user=person, position=0) for post in posts])
    Report.objects.bulk_create([Report(post=post, reporter=person, reason="SPAM") for post in posts])
    told = [(person, user) for user in people] + [(user, person) for user in people]
    Notification.objects.bulk_create(
        [Notification(recipient=one, actor=other, kind=NotificationKind.FOLLOW) for one, other in told]
    )
    for user in people:
        Report.objects.create(user=person, reporter=user, reason="SPAM")
        Block.objects.create(blocker=user, blocked=person)
        Block.objects.create(blocker=person, blocked=user)
        Mute.objects.create(muter=user, muted=person)
        Mute.objects.create(muter=person, muted=user)


def keep_everything_about(person: User) -> None:
    """Jobs, mails, logs, an archive, a group and a permission."""
    now = datetime.now(UTC)
    EmailCheck.objects.create(user=person, created_at=now, next_attempt_at=now)
    Enrichment.objects.create(user=person, created_at=now, next_attempt_at=now)
    Mail.objects.create(user=person, kind="PASSWORD_CHANGED", to=person.email, expires_at=now)
    DataExport.objects.create(user=person, next_attempt_at=now)
    about_people = ContentType.objects.get_for_model(User)
    for user in (person, crowd(1)[0]):
        LogEntry.objects.create(
            user=user, content_type=about_people, object_id=str(person.pk), object_repr="@x", action_flag=2
        )
    ModerationEntry.objects.create(
        moderator=person, person=person, action="x", subject_type="User", subject_key=person.pk, reason="y"
    )
    person.groups.add(Group.objects.get_or_create(name="some")[0])
    person.user_permissions.add(*Permission.objects.all()[:1])


def pointing_at(person: User) -> dict[str, int]:
    """How many rows of each kind still point at an account."""
    found: Counter[str] = Counter()
    for relation in User._meta.related_objects:
        rows: Any = relation.related_model
        found[rows.__name__] += rows._default_manager.filter(**{relation.field.name: person.pk}).count()
    return {name: number for name, number in found.items() if number}


def purge(user: User | None = None, *, batches: int = 100_000) -> list[int]:
    """Do up to as many transactions of the sweep. Returns: how many rows each wrote."""
    written: list[int] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith(("UPDATE", "DELETE", "INSERT")):
            written[-1] += context["cursor"].rowcount
        return result

    with connection.execute_wrapper(note):
        for _ in range(batches):
            written.append(0)
            if not (purge_user(user_id=user.pk) if user else purge_posts()):
                break
    return written


def delete_and_purge(user: User) -> list[int]:
    """Delete an account and take everything away. Returns: how many rows each transaction wrote."""
    delete_user(user_id=user.pk)
    return purge(user)


def _chunks(rows: Sequence[models.Model]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), 500):
        yield rows[start : start + 500]


def _keyed(rows: list[M]) -> list[M]:
    for row, key in zip(rows, keys(len(rows)), strict=True):
        row.pk = key
    return rows
