"""The home feed: by the people one follows and oneself, however it is paged."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.keys import key_at
from accounts.models import User
from content.models import Block, Follow, Mute, Post, PostVisibility
from schema.engine.ids import encode_id
from tests.people import Person, make_person
from tests.schema.paging import Item, ListOf, Paging, pagings
from tests.schema.worlds import examples, rolled_back

pytestmark = pytest.mark.database

START = datetime(2026, 1, 1, tzinfo=UTC)
Pairs = set[tuple[int, int]]


@dataclass
class Network:
    """Who wrote what, and what is between people, by their keys. Also what no action would leave behind."""

    viewer: User
    people: list[User]
    posts: list[Post] = field(default_factory=list)
    follows: Pairs = field(default_factory=set)
    mutes: Pairs = field(default_factory=set)
    blocks: Pairs = field(default_factory=set)

    def shows(self, post: Post) -> bool:
        """Whether the viewer's home feed has a post."""
        me, author = self.viewer.pk, post.author_id
        return (
            not post.is_reply
            and post.deleted_at is None
            and (author == me or (me, author) in self.follows - self.mutes)
            and not {(me, author), (author, me)} & self.blocks
            and post.author.is_active
        )


def build(viewer: User, *, people: int, posts: int, seed: int) -> Network:
    """A network by chance: some write much and some nothing, at the same time or long ago."""
    chance = random.Random(seed)
    others = [_person(number, is_active=chance.random() < 0.9) for number in range(people)]
    network = Network(viewer, [viewer, *others])
    User.objects.bulk_create(others)
    for pairs, share in ((network.follows, 0.6), (network.mutes, 0.1), (network.blocks, 0.05)):
        keys = [person.pk for person in network.people]
        pairs |= {(one, two) for one in keys for two in keys if one != two and chance.random() < share}
    network.posts = [_post(chance, network.people) for _ in range(posts)]
    Follow.objects.bulk_create(Follow(follower_id=one, followed_id=two) for one, two in network.follows)
    Mute.objects.bulk_create(Mute(muter_id=one, muted_id=two) for one, two in network.mutes)
    Block.objects.bulk_create(Block(blocker_id=one, blocked_id=two) for one, two in network.blocks)
    Post.objects.bulk_create(network.posts)
    return network


def _person(number: int, *, is_active: bool) -> User:
    email = f"other{number}@example.com"
    return User(username=f"other{number}", email=email, email_key=email, is_active=is_active)


def _post(chance: random.Random, people: list[User]) -> Post:
    return Post(
        id=key_at(START + timedelta(milliseconds=chance.randrange(10))),
        author=people[int(len(people) * chance.random() ** 2)],
        body="x",
        visibility=chance.choice(PostVisibility.values),
        is_reply=chance.random() < 0.2,
        deleted_at=START if chance.random() < 0.1 else None,
    )


def shown(network: Network, _: None) -> list[Item]:
    """What stands in the home feed."""
    return [Item((post.pk,), encode_id("Post", post.pk)) for post in network.posts if network.shows(post)]


HOME: Any = ListOf("homeFeed", "homeFeed(PAGING)", shown)  # type: ignore[arg-type]  # a network of its own


@examples(60)
@given(people=st.integers(0, 8), posts=st.integers(0, 40), seed=st.integers(0, 2**32), data=st.data())
def test_a_page_is_what_a_plain_reading_of_the_rules_gives(
    ann: Person, people: int, posts: int, seed: int, data: st.DataObject
) -> None:
    with rolled_back():
        network = build(ann.user, people=people, posts=posts, seed=seed)
        items = HOME.ordered(network, None)
        places = [edge["cursor"] for edge in HOME.read(ann.api, None, first=100)["edges"]]
        paging: Paging = data.draw(pagings(items))
        expected = HOME.page(items, paging)
        cursors = dict(zip([item.position for item in items], places, strict=True))

        page = HOME.read(
            ann.api,
            None,
            first=paging.first,
            last=paging.last,
            after=paging.after and cursors[paging.after],
            before=paging.before and cursors[paging.before],
        )

        info = page["pageInfo"]
        assert [node["id"] for node in page["nodes"]] == expected.shown
        assert (info["hasNextPage"], info["hasPreviousPage"]) == (expected.has_next, expected.has_previous)
        assert page["totalCount"] == len(items)


def test_walking_it_backwards_visits_everything_once(ann: Person) -> None:
    network = build(ann.user, people=6, posts=60, seed=3)
    whole = [item.shown for item in HOME.ordered(network, None)]
    found: list[str] = []
    cursor, more = None, True

    while more:
        page = HOME.read(ann.api, None, last=4, before=cursor)
        found = [node["id"] for node in page["nodes"]] + found
        cursor, more = page["pageInfo"]["startCursor"], page["pageInfo"]["hasPreviousPage"]

    assert len(whole) > 12
    assert found == whole


def test_a_cursor_of_a_post_that_is_gone_still_tells_the_place(ann: Person) -> None:
    bob = make_person("bob")
    Follow.objects.create(follower=ann.user, followed=bob.user)
    posts = [_by(bob, milliseconds) for milliseconds in range(4)]
    page = HOME.read(ann.api, None, first=2)
    Post.objects.filter(pk=posts[2].pk).delete()

    rest = HOME.read(ann.api, None, after=page["pageInfo"]["endCursor"])

    assert [node["id"] for node in rest["nodes"]] == [encode_id("Post", posts[k].pk) for k in (1, 0)]
    assert rest["pageInfo"]["hasPreviousPage"] is True


def _by(person: Person, milliseconds: int) -> Post:
    key = key_at(START + timedelta(milliseconds=milliseconds))
    return Post.objects.create(id=key, author=person.user, body="x")
