"""Reading a run back from the server, for the proof: who is there, with which posts, liked by whom.

A request asks for at most 50 posts with 100 likers each, as the API allows; what is more is paged on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.reading import ROOT_FIELDS, Field, Reader
from bot.verdict import ServerData, ServerPost

_POSTS_A_REQUEST = 50
_READINGS = 3  # of a post that somebody likes or unlikes just while it is read

_PAGE = "pageInfo { hasNextPage endCursor }"
_POST = f"id author {{ username }} likeCount likedBy(first: 100) {{ nodes {{ username }} {_PAGE} }}"
_USER = (
    f"user(username: $name) {{ username posts(first: %d, after: $after) {{ nodes {{ {_POST} }} {_PAGE} }} }}"
)
_POST_AGAIN = Field(f"post(id: $id) {{ {_POST} }}", {"id": "ID!"})
_MORE_LIKERS = Field(
    f"post(id: $id) {{ likedBy(first: 100, after: $after) {{ nodes {{ username }} {_PAGE} }} }}",
    {"id": "ID!", "after": "String"},
)


@dataclass(slots=True)
class _Post:
    """A post as far as it is read: `after` is the cursor of likers still to come, None when all are here."""

    author: str
    like_count: int
    likers: list[str]
    after: str | None


def read_back(reader: Reader, usernames: Sequence[str], *, posts_a_user: int) -> ServerData:
    """All that the server has of these users. `posts_a_user`, the number to expect of one, sizes requests.

    Raises `ServerAway`, and what Python raises when the answer is not as the schema says.
    """
    users: set[str] = set()
    posts: dict[str, _Post] = {}
    page = min(_POSTS_A_REQUEST, max(1, posts_a_user))
    field = Field(_USER % page, {"name": "String!", "after": "String"})
    pages: list[dict[str, Any]] = [{"name": name, "after": None} for name in usernames]
    while pages:
        found = reader.read(field, pages, at_once=min(ROOT_FIELDS, _POSTS_A_REQUEST // page))
        users |= {user["username"] for user in found if user}
        posts |= {post["id"]: _post(post) for user in found if user for post in user["posts"]["nodes"]}
        cursors = [user and _cursor(user["posts"]) for user in found]
        pages = [asked | {"after": cursor} for asked, cursor in zip(pages, cursors, strict=True) if cursor]
    _read_likers(reader, posts)
    _read_changing_again(reader, posts)
    return ServerData(
        users=frozenset(users),
        posts={
            key: ServerPost(key, post.author, post.like_count, tuple(post.likers))
            for key, post in posts.items()
        },
    )


def _read_likers(reader: Reader, posts: dict[str, _Post]) -> None:
    """Pages on until every post has all its likers. A post that is deleted meanwhile is taken out."""
    while unread := [key for key, post in posts.items() if post.after]:
        answers = reader.read(_MORE_LIKERS, [{"id": key, "after": posts[key].after} for key in unread])
        for key, answer in zip(unread, answers, strict=True):
            if answer is None:
                del posts[key]
                continue
            posts[key].likers += _usernames(answer["likedBy"])
            posts[key].after = _cursor(answer["likedBy"])


def _read_changing_again(reader: Reader, posts: dict[str, _Post]) -> None:
    """A count and its likers are read one after the other: somebody may have come between."""
    for _ in range(_READINGS - 1):
        changing = [key for key, post in posts.items() if post.like_count != len(post.likers)]
        for key, answer in zip(
            changing, reader.read(_POST_AGAIN, [{"id": key} for key in changing]), strict=True
        ):
            if answer is None:
                del posts[key]
            else:
                posts[key] = _post(answer)
        _read_likers(reader, posts)


def _post(answer: Mapping[str, Any]) -> _Post:
    likers = answer["likedBy"]
    return _Post(answer["author"]["username"], answer["likeCount"], _usernames(likers), _cursor(likers))


def _usernames(connection: Mapping[str, Any]) -> list[str]:
    return [node["username"] for node in connection["nodes"]]


def _cursor(connection: Mapping[str, Any]) -> str | None:
    page = connection["pageInfo"]
    return str(page["endCursor"]) if page["hasNextPage"] else None
