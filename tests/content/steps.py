"""What tests of posts do over and over, as clients do it."""

from typing import Any

from accounts.models import EmailVerification, User
from schema.engine.ids import encode_id
from tests.client import Api
from tests.people import Person

POST = "id body createdAt editedAt likeCount replyCount viewerHasLiked author { id } replyTo { id }"
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
