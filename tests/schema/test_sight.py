"""Everything there is, and everybody who may ask: each sees just what the API promises (`sight.py`)."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from content.models import Post
from schema.engine.ids import encode_id
from tests.people import api_of
from tests.schema.lists import EVERY_LIST
from tests.schema.sight import Sight, somebodys_sight
from tests.schema.worlds import Sizes, build_world, examples, rolled_back, sizes

NODES = """query($ids: [ID!]!) { nodes(ids: $ids) { id } }"""
POSTS = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { replyTo { id } hashtags { id }
    mentions { id } viewerHasLiked viewerHasBookmarked viewerCanLike viewerCanReply viewerCanEdit
    viewerCanDelete } } }"""
USERS = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { isViewer viewerIsFollowing
    viewerIsFollowedBy viewerHasBlocked viewerHasMuted bio postCount followerCount followingCount } } }"""
UNREAD = "{ viewer { unreadNotificationCount } }"


def ids_of(type_: str, rows: Any) -> list[str]:
    """Global IDs."""
    return [encode_id(type_, row.pk) for row in rows]


def facts_about_post(sight: Sight, post: Post) -> dict[str, Any]:
    """What a post tells of itself and of whoever asks."""
    me, world = sight.viewer, sight.world
    tags = [use.hashtag for use in world.uses if use.post is post]
    people = [row.user for row in world.mentions if row.post is post and sight.sees_person(row.user)]
    to = post.reply_to if post.reply_to and sight.sees_post(post.reply_to) else None
    return {
        "replyTo": to and {"id": encode_id("Post", to.pk)},
        "hashtags": [{"id": id_} for id_ in ids_of("Hashtag", tags)],
        "mentions": [{"id": id_} for id_ in ids_of("User", people)],
        "viewerHasLiked": me is not None and any(row.post is post and row.user is me for row in world.likes),
        "viewerHasBookmarked": any(row.post is post for row in sight.bookmarks),
        "viewerCanLike": me is not None and post.author is not me,
        "viewerCanReply": me is not None,
        "viewerCanEdit": post.author is me,
        "viewerCanDelete": post.author is me,
    }


def facts_about_user(sight: Sight, user: User) -> dict[str, Any]:
    """What a person's profile tells; of whom one blocks, next to nothing."""
    open_ = not sight.blocks(user)
    return {
        "isViewer": user is sight.viewer,
        "viewerIsFollowing": sight.follows(user),
        "viewerIsFollowedBy": sight.is_followed_by(user),
        "viewerHasBlocked": sight.blocks(user),
        "viewerHasMuted": open_ and sight.mutes(user),
        "bio": user.bio or None if open_ else None,
        "postCount": user.post_count * open_,
        "followerCount": user.follower_count * open_,
        "followingCount": user.following_count * open_,
    }


@examples(20)
@given(size=sizes(people=6, posts=25), data=st.data())
def test_every_list_shows_just_what_may_be_seen(db: None, size: Sizes, data: st.DataObject) -> None:
    with rolled_back():
        sight = data.draw(somebodys_sight(build_world(size)))
        api = api_of(sight.viewer)
        for list_ in EVERY_LIST:
            parents = list_.parents(sight)

            pages = list_.read_together(api, parents, first=100) if parents else []

            shown = [[node[list_.shows] for node in page["nodes"]] for page in pages]
            whole = [[item.shown for item in list_.ordered(sight, parent)] for parent in parents]
            assert (list_.name, shown) == (list_.name, whole)
            assert [page["totalCount"] for page in pages] == [len(items) for items in whole]


@examples(40)
@given(size=sizes(people=6, posts=25), data=st.data())
def test_by_its_id_everything_is_found_that_may_be_seen(db: None, size: Sizes, data: st.DataObject) -> None:
    with rolled_back():
        world = build_world(size)
        sight = data.draw(somebodys_sight(world))
        everything: dict[str, tuple[Sequence[Any], Callable[[Any], bool]]] = {
            "User": (world.people, sight.finds),
            "Post": (world.posts, sight.sees_post),
            "Hashtag": (world.hashtags, sight.sees_hashtag),
            "Notification": (world.notifications[:100], sight.is_told),
        }
        for type_, (rows, is_seen) in everything.items():
            ids = ids_of(type_, rows)

            found = api_of(sight.viewer).read(NODES, ids=ids)["nodes"]

            seen = [is_seen(row) for row in rows]
            assert found == [{"id": id_} if shown else None for id_, shown in zip(ids, seen, strict=True)]


@examples(40)
@given(size=sizes(people=6, posts=25), data=st.data())
def test_whoever_asks_is_told_what_is_between_them(db: None, size: Sizes, data: st.DataObject) -> None:
    with rolled_back():
        sight = data.draw(somebodys_sight(build_world(size)))
        api = api_of(sight.viewer)

        posts = api.read(POSTS, ids=ids_of("Post", sight.posts))["nodes"]
        people = api.read(USERS, ids=ids_of("User", sight.reachable))["nodes"]
        viewer = api.read(UNREAD)["viewer"]

        assert posts == [facts_about_post(sight, post) for post in sight.posts]
        assert people == [facts_about_user(sight, user) for user in sight.reachable]
        unread = sum(not row.is_read for row in sight.notifications)
        assert viewer == (sight.viewer and {"unreadNotificationCount": unread})
