"""Filters of lists: what is shown is what passes, of what whoever asks may see."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from content.models import Post
from schema.engine.ids import encode_id
from schema.types.scalars import DateTime
from tests.people import api_of
from tests.schema.sight import Sight, somebodys_sight
from tests.schema.worlds import START, Sizes, build_world, examples, is_public, rolled_back, sizes

pytestmark = pytest.mark.database

FEED = "query($filter: PostFilter) { feed(filter: $filter, first: 100) { totalCount nodes { id } } }"
USERS = "query($filter: UserFilter) { users(filter: $filter, first: 100) { totalCount nodes { id } } }"

moments = st.integers(-20_000, 20_000).map(lambda number: START + number * timedelta(microseconds=1))
maybe = st.none() | st.booleans()


def post_filters(sight: Sight) -> st.SearchStrategy[dict[str, Any]]:
    """What the feed can be filtered by: Python's values."""
    return st.fixed_dictionaries(
        {},
        optional={
            "author": st.none() | st.sampled_from(sight.world.people),
            "hashtag": st.none() | st.sampled_from(sight.world.hashtags),
            "includeReplies": st.booleans(),
            "createdAfter": st.none() | moments,
            "createdBefore": st.none() | moments,
            "unliked": maybe,
        },
    )


def sent(wanted: dict[str, Any]) -> dict[str, Any]:
    """The filter as a client sends it."""
    sends: dict[str, Any] = {
        "author": lambda author: encode_id("User", author.pk),
        "hashtag": lambda hashtag: f"#{hashtag.name.upper()}",
        "createdAfter": DateTime.serialize,
        "createdBefore": DateTime.serialize,
    }
    named = {"author": "authorId"}
    return {
        named.get(name, name): sends[name](value) if name in sends and value is not None else value
        for name, value in wanted.items()
    }


def passes(sight: Sight, wanted: dict[str, Any], post: Post) -> bool:
    """Whether the feed shows a post that can be seen. A mute does not count in one author's feed."""
    author, hashtag, unliked = wanted.get("author"), wanted.get("hashtag"), wanted.get("unliked")
    after, before = wanted.get("createdAfter"), wanted.get("createdBefore")
    tags = {use.hashtag_id for use in sight.world.uses if use.post_id == post.pk}
    return (
        is_public(post)
        and (wanted.get("includeReplies", False) or not post.is_reply)
        and (not sight.mutes(post.author) if author is None else post.author is author)
        and (hashtag is None or hashtag.pk in tags)
        and (after is None or post.created_at > after)
        and (before is None or post.created_at < before)
        and (unliked is None or (post.like_count == 0) == unliked)
    )


def shown(rows: list[Any], type_: str) -> dict[str, Any]:
    """The answer that shows these, newest first."""
    keys = sorted((row.pk for row in rows), reverse=True)
    return {"totalCount": len(rows), "nodes": [{"id": encode_id(type_, key)} for key in keys]}


@examples(60)
@given(size=sizes(posts=25), data=st.data())
def test_the_feed_shows_what_passes_its_filter(db: None, size: Sizes, data: st.DataObject) -> None:
    with rolled_back():
        sight = data.draw(somebodys_sight(build_world(size)))
        wanted = data.draw(post_filters(sight))

        read = api_of(sight.viewer).read(FEED, filter=sent(wanted))["feed"]

        assert read == shown([post for post in sight.posts if passes(sight, wanted, post)], "Post")


@examples(20)
@given(size=sizes(posts=8), unliked=maybe, data=st.data())
def test_people_are_found_by_whether_they_have_a_post_nobody_likes(
    db: None, size: Sizes, unliked: bool | None, data: st.DataObject
) -> None:
    with rolled_back():
        sight = data.draw(somebodys_sight(build_world(size)))
        having = {post.author_id for post in sight.posts if post.like_count == 0}

        def is_wanted(user: User) -> bool:
            return unliked is None or (user.pk in having) == unliked

        read = api_of(sight.viewer).read(USERS, filter={"hasUnlikedPosts": unliked})["users"]

        assert read == shown([user for user in sight.people if is_wanted(user)], "User")
