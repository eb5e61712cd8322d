"""What the arguments of random documents are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schema.engine.ids import encode_id
from schema.engine.keyset import Order
from schema.types import orders
from schema.types.scalars import DateTime
from tests.schema.worlds import World

# Whose cursors a list takes, by its name or that of its order. One that is not named here takes none, or any.
ORDERS: dict[str, Order] = {
    "feed": orders.POSTS_BY_TIME,
    "homeFeed": orders.POSTS_BY_TIME,
    "posts": orders.POSTS_BY_TIME,
    "replies": orders.POSTS_BY_TIME,
    "CREATED_AT": orders.POSTS_BY_TIME,
    "likedPosts": orders.LIKES_BY_TIME,
    "likedBy": orders.LIKES_BY_TIME,
    "followers": orders.FOLLOWS_BY_TIME,
    "following": orders.FOLLOWS_BY_TIME,
    "edits": orders.EDITS_BY_TIME,
    "bookmarks": orders.BOOKMARKS_BY_TIME,
    "blocks": orders.BLOCKS_BY_TIME,
    "mutes": orders.MUTES_BY_TIME,
    "notifications": orders.NOTIFICATIONS_BY_TIME,
    "users": orders.USERS_BY_TIME,
    "JOINED_AT": orders.USERS_BY_TIME,
    "USERNAME": orders.USERS_BY_NAME,
    "FOLLOWER_COUNT": orders.USERS_BY_FOLLOWERS,
    "POST_COUNT": orders.USERS_BY_POSTS,
    "LIKE_COUNT": orders.POSTS_BY_LIKES,
    "POST": orders.POSTS_BY_TIME,
    "HASHTAG": orders.HASHTAGS_BY_NAME,
}
NO_IDS = ["", "no ID", encode_id("Post", 2**62 + 1), encode_id("Session", 5)]


@dataclass(frozen=True)
class Values:
    """What arguments are drawn from; IDs and texts by their kinds, so that no kind is rare.

    Args:
        ids: global IDs, and what is none.
        texts: whatever somebody may look for.
        moments: times.
        cursors: by the name of their order.
    """

    ids: list[list[str]]
    texts: list[list[str]]
    moments: list[str]
    cursors: dict[str, list[str]]


def values_of(world: World) -> Values:
    """What there is in a network, seen or not."""
    return Values(
        ids=[NO_IDS, *ids_of(world)],
        texts=[
            ["", *(post.body.split()[0] for post in world.posts)],
            [user.username.upper() for user in world.people],
            [user.email for user in world.people],
            [f"#{hashtag.name}" for hashtag in world.hashtags],
        ],
        moments=[DateTime.serialize(row.created_at) for row in [*world.people, *world.posts]],
        cursors={order.name: _cursors(world, order) for order in dict.fromkeys(ORDERS.values())},
    )


def ids_of(world: World) -> list[list[str]]:
    """The IDs of everything in a network that has one, by type."""
    nodes: dict[str, Sequence[Any]] = {
        "User": world.people,
        "Post": world.posts,
        "Hashtag": world.hashtags,
        "Notification": world.notifications,
    }
    return [[encode_id(type_, row.pk) for row in rows] for type_, rows in nodes.items() if rows]


def _cursors(world: World, order: Order) -> list[str]:
    rows: dict[str, Sequence[Any]] = {
        "post": world.posts,
        "user": world.people,
        "hashtag": world.hashtags,
        "like": world.likes,
        "follow": world.follows,
        "edit": world.edits,
        "bookmark": world.bookmarks,
        "block": world.blocks,
        "mute": world.mutes,
        "notification": world.notifications,
    }
    return [order.cursor(row) for row in rows[order.name.partition(".")[0]]]
