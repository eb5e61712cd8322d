"""How many SQL statements each path to data needs: the same for one row as for many."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.actions.blocks import block_user
from content.actions.bookmarks import bookmark_post
from content.actions.follows import follow_user
from content.actions.mutes import mute_user
from content.actions.posts import edit_post
from tests.people import Person, make_person, make_post, post_id

pytestmark = pytest.mark.database

WHO_ASKS = 1
PERSON = "id username displayName joinedAt postCount isViewer"
TIES = "viewerIsFollowing viewerIsFollowedBy viewerHasBlocked viewerHasMuted"
PROFILE = "bio avatarUrl location website company { name } socialAccounts { url }"
POST = """id body createdAt editedAt likeCount replyCount viewerCanLike viewerCanReply viewerCanEdit
    viewerCanDelete"""


@dataclass(frozen=True)
class Path:
    """A query, and how many statements it needs beside the one that finds who asks."""

    name: str
    query: str
    statements: int


PATHS = [
    Path("nothing", "{ __typename }", 0),
    Path("viewer", f"{{ viewer {{ email emailVerification user {{ {PERSON} }} }} }}", 0),
    Path("viewer's profile", f"{{ viewer {{ timeZone user {{ {PROFILE} }} }} }}", 1),
    Path("user", f'{{ user(username: "ANN") {{ {PERSON} }} }}', 1),
    Path("user's profile", f'{{ user(username: "ann") {{ {PERSON} {PROFILE} }} }}', 2),
    Path("node", "query($id: ID!) { node(id: $id) { id } }", 1),
    Path("post", f"query($id: ID!) {{ post(id: $id) {{ {POST} }} }}", 1),
    Path("feed", f"{{ feed {{ nodes {{ {POST} }} edges {{ cursor node {{ id }} }} }} }}", 1),
    Path("feed's total alone", "{ feed { totalCount } }", 1),
    Path("feed's ends", "{ feed { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }", 1),
    Path(
        "feed with everything beside the page",
        """query($after: String) { feed(after: $after, before: $after) { totalCount nodes { id }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }""",
        2,
    ),
    Path(
        "everything beside the pages of many",
        """query($after: String) { users(first: 100) { totalCount nodes {
            posts(after: $after, before: $after) {
                totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } } } } }""",
        4,
    ),
    Path("feed with authors", f"{{ feed {{ nodes {{ author {{ {PERSON} }} }} }} }}", 2),
    Path("feed with profiles", f"{{ feed {{ nodes {{ author {{ {PERSON} {PROFILE} }} }} }} }}", 3),
    Path("feed and what I like", "{ feed { nodes { viewerHasLiked } } }", 2),
    Path("feed by hashtag", '{ feed(filter: {hashtag: "Tag"}) { nodes { id } totalCount } }', 2),
    Path("feed with what its texts point at", "{ feed { nodes { hashtags { name } mentions { id } } } }", 3),
    Path(
        "hashtags with their posts",
        """{ feed(first: 9) { nodes { hashtags {
            postCount posts { totalCount nodes { author { id } } } } } } }""",
        5,
    ),
    Path("home feed", f"{{ homeFeed {{ totalCount nodes {{ {POST} author {{ id }} }} }} }}", 3),
    Path(
        "whom I follow, who follows me, and what is between us",
        f"""{{ viewer {{ user {{ followers {{ totalCount nodes {{ {PERSON} {TIES} }} }}
            following {{ nodes {{ {PERSON} {TIES} }} }} }} }} }}""",
        9,
    ),
    Path("users with their followers", "{ users { nodes { followers { totalCount nodes { id } } } } }", 3),
    Path(
        "bookmarks",
        "{ viewer { bookmarks { totalCount nodes { viewerHasBookmarked author { id } } } } }",
        4,
    ),
    Path("blocks and mutes", "{ viewer { blocks { nodes { username bio } } mutes { nodes { id } } } }", 3),
    Path(
        "notifications",
        """{ viewer { unreadNotificationCount notifications { totalCount nodes {
            kind isRead actor { id } post { body } } } } }""",
        5,
    ),
    Path("unread notifications", "{ viewer { notifications(unreadOnly: true) { nodes { id } } } }", 1),
    Path(
        "search for people", '{ search(query: "person", type: USER) { totalCount nodes { __typename } } }', 2
    ),
    Path("search for posts", '{ search(query: "by", type: POST) { totalCount nodes { __typename } } }', 2),
    Path(
        "search for hashtags", '{ search(query: "t", type: HASHTAG) { totalCount nodes { __typename } } }', 2
    ),
    Path(
        "feed as a client shows it",
        f"""{{ feed {{ nodes {{ {POST} viewerHasLiked author {{ {PERSON} }}
            likedBy(first: 3) {{ totalCount edges {{ likedAt node {{ {PERSON} }} }} }} }} }} }}""",
        5,
    ),
    Path("feed by likes", "{ feed(orderBy: {field: LIKE_COUNT}) { nodes { id } totalCount } }", 2),
    Path("replies in the feed", "{ feed(filter: {includeReplies: true}) { nodes { replyTo { id } } } }", 2),
    Path("users", f"{{ users {{ totalCount nodes {{ {PERSON} }} }} }}", 2),
    Path(
        "users with posts",
        f"{{ users(first: 100) {{ nodes {{ posts {{ totalCount nodes {{ {POST} }} }} }} }} }}",
        3,
    ),
    Path(
        "users with what they like",
        "{ users(first: 100) { nodes { likedPosts { nodes { author { id } } } } } }",
        3,
    ),
    Path("post with replies", "query($id: ID!) { post(id: $id) { replies { nodes { author { id } } } } }", 3),
    Path(
        "post with replies and edits",
        """query($id: ID!) { post(id: $id) { author { id } edits { totalCount nodes { body } }
            replies { totalCount nodes { viewerHasLiked author { id } edits { nodes { body } } } } } }""",
        9,
    ),
    Path(
        "nodes of two types", f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Post {{ {POST} }} }} }}", 2
    ),
    Path(
        "nodes with what belongs to them",
        """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { author { id } likedBy { nodes { id } } }
            ... on User { bio posts { nodes { id } } } } }""",
        6,
    ),
    Path(
        "three levels",
        """{ users(first: 2, orderBy: {field: POST_COUNT}) { nodes { posts { nodes { likedBy(first: 9) {
            nodes { likedPosts { nodes { viewerHasLiked author { bio } } } } } } } } } }""",
        7,
    ),
    Path("the same list by two names", "{ feed { nodes { a: author { id } b: author { username } } } }", 2),
    Path(
        "the same list by two paths",
        "{ feed { nodes { author { id } } edges { node { author { username } } } } }",
        2,
    ),
]


def write_story(people: list[Person]) -> dict[str, Any]:
    """Everybody writes, answers, edits, likes, has ties. Returns what the queries are about, as variables."""
    posts = [make_post(person, f"By {person.user.username}.", likes=1) for person in people]
    for person in people:
        for post in posts[:2]:
            answer = make_post(person, "An answer.", reply_to=post, likes=1)
            edit_post(editor=person.user, post_id=answer.pk, body="A better answer.")
    for person, post in zip(people, posts, strict=True):
        edit_post(editor=person.user, post_id=post.pk, body=f"By @{person.user.username}. #Tag")
    for person in people:
        tie(person)
    [edge] = people[0].api.read("{ feed(last: 1) { edges { cursor } } }")["feed"]["edges"]
    ids = [identity for person in people for identity in (person.id, *map(post_id, posts[:1]))]
    return {"id": post_id(posts[0]), "ids": ids, "after": edge["cursor"]}


def tie(person: Person) -> None:
    """Somebody follows, is followed, blocks, mutes, and keeps a post of whom they follow."""
    friend, foe, bore = make_person(), make_person(), make_person()
    follow_user(user=person.user, user_id=friend.user.pk)
    follow_user(user=friend.user, user_id=person.user.pk)
    block_user(user=person.user, user_id=foe.user.pk)
    mute_user(user=person.user, user_id=bore.user.pk)
    bookmark_post(user=person.user, post_id=make_post(friend).pk)


def statements(asker: Person, path: Path, variables: dict[str, Any]) -> int:
    """How many statements the query needs."""
    declared = {name: value for name, value in variables.items() if f"${name}:" in path.query}
    with CaptureQueriesContext(connection) as captured:
        asker.api.read(path.query, **declared)
    return len(captured)


@pytest.mark.parametrize("others", [0, 3], ids=["one", "many"])
def test_a_path_needs_so_many_statements(ann: Person, others: int) -> None:
    variables = write_story([ann, *(make_person() for _ in range(others))])

    assert {path.name: statements(ann, path, variables) for path in PATHS} == {
        path.name: WHO_ASKS + path.statements for path in PATHS
    }


def test_an_empty_network_needs_no_more(ann: Person) -> None:
    variables = {"id": ann.id, "ids": [ann.id], "after": None}

    assert [path for path in PATHS if statements(ann, path, variables) > WHO_ASKS + path.statements] == []
