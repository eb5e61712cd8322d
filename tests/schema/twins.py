"""Two networks that differ only in what is private to others.

Both share what is public, and what is the outsider's own. Each has besides, of others: posts that the
outsider does not see, with all that hangs on them; what they keep, mute and block; what they are told; their
reports, sessions and addresses.
"""

import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from accounts.models import (
    AuditEntry,
    AuditEvent,
    EmailCheck,
    EmailVerification,
    Enrichment,
    EnrichmentOutcome,
    FormerName,
    Mail,
    MailKind,
    ModerationEntry,
    RefreshToken,
    Session,
    ThrottleCount,
    User,
)
from content.models import Block, DataExport, IdempotencyKey, Mute, Post, Report, ReportReason
from schema.engine.ids import encode_id
from tests.schema.sight import Sight
from tests.schema.values import NO_IDS, Values, ids_of, values_of
from tests.schema.worlds import (
    START,
    Chance,
    Shares,
    Sizes,
    World,
    count,
    draw_bookmarks,
    draw_hashtag,
    draw_notifications,
    draw_posts,
    draw_world,
    is_public,
    save_all,
)

NEVER = datetime(2100, 1, 1, tzinfo=UTC)
PRIVATE_POSTS = Shares(followers=0.5, deleted=0.5)


@dataclass
class Twin:
    """One of the two networks: its rows, and those of tables that no list shows, in the order of writing."""

    world: World
    apart: list[list[Any]] = field(default_factory=list)

    def save(self) -> None:
        """Write every row."""
        self.world.save()
        for rows in self.apart:
            save_all(rows)


@dataclass(frozen=True)
class Twins:
    """Both networks.

    Args:
        outsider: who asks, with a session; None: somebody who is not signed in.
        private: the rows that only one of them has, of both.
    """

    one: Twin
    other: Twin
    outsider: User | None
    private: World

    @cached_property
    def values(self) -> Values:
        """What arguments are drawn from: of both, and more of what only one of them has."""
        values = values_of(self.one.world + self.other.world)
        return replace(values, ids=[*values.ids, *ids_of(self.private)])

    @property
    def hidden_values(self) -> Values:
        """The same; with IDs of what the outsider does not see, in neither or the one that has it."""
        sight = Sight(self.one.world, self.outsider)
        people = World(people=[user for user in self.one.world.people if not sight.finds(user)])
        rows = [row for twin in (self.one, self.other) for kind in twin.apart for row in kind]
        sessions = [row for row in rows if isinstance(row, Session) and row.user is not self.outsider]
        apart = [
            [encode_id("Session", row.pk) for row in sessions],
            [encode_id("Report", row.pk) for row in rows if isinstance(row, Report)],
        ]
        ids = [NO_IDS, *ids_of(people), *ids_of(self.private), *apart]
        return replace(self.values, ids=[kind for kind in ids if kind])


def draw_twins(seed: int, *, signed_in: bool) -> Twins:
    """The two networks of a seed.

    Args:
        signed_in: whether the outsider is one of the people.
    """
    chance = Chance(seed)
    world = draw_world(chance, Sizes(people=6, posts=20, seed=seed), hidden=0.1)
    for user in chance.some(world.people, 0.4):
        user.email_verification = EmailVerification.CONFIRMED
    for post in chance.some(world.posts, 0.5):
        _let_its_question_be_gone(post)
    outsider = world.people[0] if signed_in else None
    own: list[list[Any]] = []
    if outsider is not None:
        outsider.is_active = True
        own.append([_session(chance, outsider)])
    shown = [user for user in world.people if user is outsider or _is_confirmed(user)]
    own.append([_enrichment(chance, user) for user in shown])
    public = _public(world, outsider)

    def twin(chance: Chance) -> tuple[World, Twin]:
        part = _private(chance, public, outsider)
        whole = _with_secrets(chance, public, part, outsider)
        return part, Twin(whole, own + _apart(chance, whole, outsider))

    (part, first), (other_part, second) = twin(Chance(f"{seed}, one")), twin(Chance(f"{seed}, other"))
    return Twins(first, second, outsider, private=part + other_part)


def _let_its_question_be_gone(post: Post) -> None:
    if post.reply_to is not None:
        post.reply_to.reply_count -= is_public(post)
        post.reply_to = None


def _public(world: World, outsider: User | None) -> World:
    """Of a network, what is nobody's secret or the outsider's own."""
    public = copy.copy(world)
    public.bookmarks = [row for row in world.bookmarks if row.user is outsider]
    public.mutes = [row for row in world.mutes if row.muter is outsider]
    public.blocks = [row for row in world.blocks if outsider in (row.blocker, row.blocked)]
    public.notifications = Sight(public, outsider).notifications
    return public


def _private(chance: Chance, public: World, outsider: User | None) -> World:
    """What others have besides, and keep to themselves."""
    people, others = public.people, [user for user in public.people if user is not outsider]
    hashtags = [draw_hashtag(chance) for _ in range(2)]
    drawn = draw_posts(
        chance,
        20,
        people=people,
        hashtags=[*hashtags, *public.hashtags],
        answered=public.posts[:4],
        shares=PRIVATE_POSTS,
    )
    part = World(hashtags=hashtags) + _unseen(drawn, Sight(public + drawn, outsider))
    count(part)
    part.bookmarks = draw_bookmarks(chance, others, public.posts) + draw_bookmarks(chance, people, part.posts)
    part.mutes = [
        Mute(id=chance.key(), muter=one, muted=two)
        for one, two in chance.pairs(people, 0.3)
        if one is not outsider
    ]
    # A block ends follows, and these are no secret.
    tied = {frozenset((row.follower, row.followed)) for row in public.follows}
    part.blocks = [
        Block(id=chance.key(), blocker=one, blocked=two)
        for one, two in chance.pairs(others, 0.4)
        if frozenset((one, two)) not in tied
    ]
    sight = Sight(public + part, outsider)
    told = draw_notifications(chance, sight.world)
    part.notifications = [row for row in told if not sight.is_told(row)]
    return part


def _unseen(drawn: World, sight: Sight) -> World:
    """What is for followers, or deleted, and not seen; with all that hangs on it.

    A public post is hidden from whomever its author blocks, but is no secret: it counts, for all.
    """
    kept = World()
    left_out: set[int] = set()
    for post in drawn.posts:
        if is_public(post) or sight.sees_post(post) or post.reply_to_id in left_out:
            left_out.add(post.pk)
        else:
            kept.posts.append(post)
    kept.uses = [row for row in drawn.uses if row.post_id not in left_out]
    kept.mentions = [row for row in drawn.mentions if row.post_id not in left_out]
    kept.edits = [row for row in drawn.edits if row.post_id not in left_out]
    kept.likes = [row for row in drawn.likes if row.post_id not in left_out]
    return kept


def _with_secrets(chance: Chance, public: World, part: World, outsider: User | None) -> World:
    """Both together; where a public row tells more than is public, each network has its own."""
    world = public + part
    world.people = [
        user if user is outsider else _person_with_secrets(chance, user) for user in public.people
    ]
    deleted = [post for post in part.posts if post.deleted_at is not None]
    world.posts = [_reply_with_secret(chance, post, deleted) for post in public.posts] + part.posts
    return world


def _person_with_secrets(chance: Chance, user: User) -> User:
    """Somebody with another address, password, and (unless the address is confirmed) state of it."""
    own = copy.copy(user)
    own.email = own.email_key = f"secret{chance.getrandbits(32)}@example.com"
    own.password = f"!{chance.getrandbits(32)}"
    if not _is_confirmed(user):
        states = set(EmailVerification.values) - {EmailVerification.CONFIRMED.value}
        own.email_verification = chance.choice(sorted(states))
    return own


def _reply_with_secret(chance: Chance, post: Post, deleted: list[Post]) -> Post:
    """An answer to what is gone: its rows may still be there."""
    if not (is_public(post) and post.is_reply and post.reply_to is None and deleted):
        return post
    own = copy.copy(post)
    own.reply_to = chance.choice([None, *deleted])
    return own


def _apart(chance: Chance, world: World, outsider: User | None) -> list[list[Any]]:
    """What no list shows of others: it is for its owner, for moderators, or for the worker."""
    others = [user for user in world.people if user is not outsider]
    sessions = [_session(chance, user) for user in chance.some(others, 0.8)]
    hashes = [str(chance.getrandbits(64)) for _ in sessions]
    return [
        sessions,
        [
            RefreshToken(session=session, token_hash=hash_, expires_at=NEVER)
            for session, hash_ in zip(sessions, hashes, strict=True)
        ],
        [_enrichment(chance, user) for user in chance.some(others, 0.8) if not _is_confirmed(user)],
        [EmailCheck(user=user, created_at=START, next_attempt_at=NEVER) for user in chance.some(others, 0.8)],
        [
            Mail(
                id=chance.key(), user=user, kind=MailKind.EMAIL_CONFIRMATION, to=user.email, expires_at=NEVER
            )
            for user in chance.some(others, 0.8)
        ],
        [
            AuditEntry(id=chance.key(), user=user, event=AuditEvent.SIGNED_IN)
            for user in chance.some(others, 0.8)
        ],
        [
            DataExport(id=chance.key(), user=user, file=f"{user.pk}.zip", expires_at=NEVER)
            for user in chance.some(others, 0.8)
        ],
        [
            IdempotencyKey(author=user, key="key", post=chance.choice(world.posts), created_at=START)
            for user in chance.some(others, 0.8)
        ],
        [_report(chance, user, world) for user in chance.some(others, 0.8)],
        [
            ModerationEntry(
                id=chance.key(),
                moderator=user,
                person=user,
                subject_type="User",
                subject_key=user.pk,
                reason="-",
            )
            for user in chance.some(others, 0.8)
        ],
        [FormerName(name_hash=hash_, free_at=NEVER) for hash_ in hashes],
        [ThrottleCount(key=hash_, count=1, expires_at=NEVER) for hash_ in hashes],
    ]


def _session(chance: Chance, user: User) -> Session:
    return Session(id=chance.key(), user=user, last_used_at=START, expires_at=NEVER)


def _is_confirmed(user: User) -> bool:
    """Whether everybody is shown what enrichment found."""
    return user.email_verification == EmailVerification.CONFIRMED


def _enrichment(chance: Chance, user: User) -> Enrichment:
    return Enrichment(
        user=user,
        outcome=EnrichmentOutcome.DONE,
        created_at=START,
        bio=f"found {chance.getrandbits(32)}",
        company_name=f"company {chance.getrandbits(32)}",
        github=f"handle{chance.getrandbits(32)}",
    )


def _report(chance: Chance, reporter: User, world: World) -> Report:
    others = [user for user in world.people if user is not reporter]
    subject: dict[str, Any] = chance.choice(
        [{"post": chance.choice(world.posts)}, {"user": chance.choice(others)}]
    )
    return Report(id=chance.key(), reporter=reporter, reason=ReportReason.OTHER, **subject)
