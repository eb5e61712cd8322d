"""What tests of posts do over and over, as clients do it."""

from typing import Any

from accounts.models import EmailVerification, User
from schema.engine.ids import encode_id
from tests.client import Api
from tests.people import Person

POST = "id body createdAt editedAt likeCount replyCount viewerHasLiked author { id } replyTo { id }"
USER = (
    "id username followerCount followingCount"
    " viewerIsFollowing viewerIsFollowedBy viewerHasBlocked viewerHasMuted"
)
# In the form of an ID, and of no row.
ABSENT_POST = encode_id("Post", 2**62 + 1)
# What somebody may send as an ID that no post has.
NO_POSTS = {
    "absent": ABSENT_POST,
    "malformed": "Not an ID!",
    "empty": "",
    "not ASCII": "Pöst",
    "of another type": encode_id("User", 2**62 + 1),
    "beyond 64 bits": encode_id("Post", 2**63),
    "of key 0": encode_id("Post", 0),
    "very long": "UG9zdDox" * 1000,
}
# What somebody may send as an ID that no person has.
NO_USERS = {
    "absent": encode_id("User", 2**62 + 1),
    "malformed": "Not an ID!",
    "empty": "",
    "of another type": ABSENT_POST,
    "beyond 64 bits": encode_id("User", 2**63),
    "of key 0": encode_id("User", 0),
}


def write(author: Person, body: str = "Hello.", **given: Any) -> Any:
    """The post that a createPost, which must succeed, returns."""
    payload = author.api.do("createPost", f"post {{ {POST} }}", body=body, **given)
    assert payload["errors"] == []
    return payload["post"]


def act(person: Person, mutation: str, post_id: str, **given: Any) -> Any:
    """The payload of a mutation about one post."""
    fields = "deletedPostId" if mutation == "deletePost" else f"post {{ {POST} }}"
    return person.api.do(mutation, fields, postId=post_id, **given)


def done(person: Person, mutation: str, post_id: str, **given: Any) -> Any:
    """The post (or the ID of the deleted one) that a mutation, which must succeed, returns."""
    payload = act(person, mutation, post_id, **given)
    assert payload["errors"] == []
    return payload["deletedPostId" if mutation == "deletePost" else "post"]


def look(api: Api, post_id: str, fields: str = POST) -> Any:
    """A post as `api` sees it, or None."""
    return api.read(f"query($id: ID!) {{ post(id: $id) {{ {fields} }} }}", id=post_id)["post"]


def post_count(person: Person) -> int:
    """How many posts the API says somebody wrote."""
    read = Api().read(
        "query($name: String!) { user(username: $name) { postCount } }", name=person.user.username
    )
    count: int = read["user"]["postCount"]
    return count


def feed(api: Api, order: dict[str, str] | None = None, **wanted: Any) -> list[str]:
    """The IDs of the first hundred posts of the feed; `wanted` is its filter, in camel case."""
    document = """query($filter: PostFilter, $order: PostOrder) {
        feed(filter: $filter, orderBy: $order, first: 100) { nodes { id } } }"""
    found = api.read(document, filter=wanted, order=order)["feed"]["nodes"]
    return [post["id"] for post in found]


def reject(person: Person) -> None:
    """Let the person's address be known to receive no mail."""
    User.objects.filter(pk=person.user.pk).update(email_verification=EmailVerification.REJECTED)


def tie(person: Person, mutation: str, user_id: str) -> Any:
    """The payload of a mutation about another person: follow, block, mute, or an opposite."""
    return person.api.do(mutation, f"user {{ {USER} }}", userId=user_id)


def tied(person: Person, mutation: str, other: Person) -> Any:
    """The other person that such a mutation, which must succeed, returns."""
    payload = tie(person, mutation, other.id)
    assert payload["errors"] == []
    return payload["user"]


def profile(api: Api, name: str, fields: str = USER) -> Any:
    """A person as `api` sees them, or None."""
    return api.read(f"query($name: String!) {{ user(username: $name) {{ {fields} }} }}", name=name)["user"]


def rows(connection: Any, field: str) -> list[Any]:
    """A field of all rows of a connection that was asked for totalCount and nodes."""
    assert connection["totalCount"] == len(connection["nodes"])
    return [each[field] for each in connection["nodes"]]


def theirs(api: Api, name: str, connection: str, field: str = "username") -> list[Any]:
    """What a connection of a person's shows to `api`, with its arguments if any."""
    read = profile(api, name, f"there: {connection} {{ totalCount nodes {{ {field} }} }}")
    return rows(read["there"], field)


def mine(person: Person, connection: str, field: str = "id") -> list[Any]:
    """What a connection of one's own account shows."""
    read = person.api.read(f"{{ viewer {{ there: {connection} {{ totalCount nodes {{ {field} }} }} }} }}")
    return rows(read["viewer"]["there"], field)


def of_post(api: Api, post_id: str, connection: str, field: str = "id") -> list[Any]:
    """What a connection of a post's shows to `api`."""
    read = look(api, post_id, f"there: {connection} {{ totalCount nodes {{ {field} }} }}")
    return rows(read["there"], field)


def home(person: Person) -> list[Any]:
    """The IDs of the posts of somebody's home feed."""
    return rows(person.api.read("{ homeFeed { totalCount nodes { id } } }")["homeFeed"], "id")


def told(person: Person, *, unread_only: bool = False) -> list[tuple[str, str, str | None]]:
    """What somebody is told: pairs of kind and actor with the post's ID, newest first."""
    document = """query($unread: Boolean!) { viewer { notifications(unreadOnly: $unread, first: 100) {
        totalCount nodes { kind actor { username } post { id } } } } }"""
    read = person.api.read(document, unread=unread_only)["viewer"]["notifications"]
    assert read["totalCount"] == len(read["nodes"])
    return [(n["kind"], n["actor"]["username"], n["post"] and n["post"]["id"]) for n in read["nodes"]]


def unread(person: Person) -> int:
    """How much somebody has not read of what they are told."""
    count: int = person.api.read("{ viewer { unreadNotificationCount } }")["viewer"][
        "unreadNotificationCount"
    ]
    return count


def hashtags(api: Api, post_id: str) -> dict[str, int]:
    """The hashtags of a post in their order, with their counts."""
    found = look(api, post_id, "hashtags { name postCount }")["hashtags"]
    return {tag["name"]: tag["postCount"] for tag in found}


def mentions(api: Api, post_id: str) -> list[str]:
    """The usernames of the people whom a post mentions, as `api` sees them, in their order."""
    return [user["username"] for user in look(api, post_id, "mentions { username }")["mentions"]]
