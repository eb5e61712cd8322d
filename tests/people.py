"""People and posts for tests, made by the same actions as everywhere."""

import itertools
from dataclasses import dataclass

from accounts.actions.moderation import deactivate_user, reactivate_user
from accounts.actions.sessions import SignedIn, start_session
from accounts.actions.signup import sign_up
from accounts.devices import Device
from accounts.models import User
from content.actions.likes import like_post
from content.actions.posts import create_post
from content.models import Post
from schema.engine.ids import encode_id
from tests.client import Api

REASON = "Because of the rules."
PASSWORD = "a long enough passphrase"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    """Somebody with an account, signed in."""

    signed_in: SignedIn

    @property
    def user(self) -> User:
        """The row, as it was at signup."""
        return self.signed_in.user

    @property
    def id(self) -> str:
        """The global ID."""
        return encode_id("User", self.user.pk)

    @property
    def api(self) -> Api:
        """The API as this person calls it."""
        return Api(token=self.signed_in.access.token)


def make_person(username: str | None = None) -> Person:
    """Somebody new."""
    name = username or f"person{next(_numbers)}"
    return Person(
        sign_up(
            username=name, email=f"{name}@example.com", password=PASSWORD, display_name=None, device=Device()
        )
    )


def make_post(author: Person, body: str = "Hello.", *, reply_to: Post | None = None, likes: int = 0) -> Post:
    """A post by `author`, liked by as many new people."""
    post = create_post(author=author.user, body=body, reply_to_id=reply_to.pk if reply_to else None)
    for _ in range(likes):
        like_post(user=make_person().user, post_id=post.pk)
    return post


def api_of(user: User | None) -> Api:
    """The API as somebody calls it who has just signed in; None: as nobody calls it."""
    if user is None:
        return Api()
    return Api(token=start_session(user=user, device=Device()).access.token)


def post_id(post: Post) -> str:
    """The global ID of a post."""
    return encode_id("Post", post.pk)


def moderator() -> User:
    """Somebody who may moderate everybody, and whom no list shows."""
    hidden = {"email": "moderator0@example.com", "email_key": "moderator0@example.com", "is_active": False}
    return User.objects.get_or_create(username="moderator0", defaults={**hidden, "is_superuser": True})[0]


def deactivate(person: Person) -> None:
    """Let a moderator hide somebody."""
    deactivate_user(moderator=moderator(), user_id=person.user.pk, reason=REASON)


def reactivate(person: Person) -> None:
    """Let a moderator show somebody again."""
    reactivate_user(moderator=moderator(), user_id=person.user.pk, reason=REASON)
