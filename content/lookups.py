"""One post or one person, as far as somebody sees them: what nearly every request asks for, so prepared.

`viewer` is who asks; None is an anonymous request.
"""

from typing import Any

from django.db.models import BigIntegerField, CharField

from accounts.models import User
from accounts.prepared import Parameter, Prepared
from accounts.text import USERNAME
from content.models import Post
from content.visibility import reachable_users, visible_posts

_VIEWER: Any = Parameter("viewer", BigIntegerField())
_KEY = Parameter("key", BigIntegerField())
_NAME = Parameter("name", CharField())
_post = Prepared(lambda: visible_posts(_VIEWER).filter(pk=_KEY))
_post_for_all = Prepared(lambda: visible_posts(None).filter(pk=_KEY))
_post_to_change = Prepared(
    lambda: visible_posts(_VIEWER).select_for_update(of=("self",), no_key=True).filter(pk=_KEY)
)
_person = Prepared(lambda: reachable_users(_VIEWER).filter(pk=_KEY))
_named = Prepared(lambda: reachable_users(_VIEWER).filter(username_lower=_NAME))
_named_for_all = Prepared(lambda: reachable_users(None).filter(username_lower=_NAME))


def find_post(viewer: User | None, key: int) -> Post | None:
    """The post, if `viewer` sees it."""
    return _post_for_all.first(key=key) if viewer is None else _post.first(viewer=viewer.pk, key=key)


def lock_post(viewer: User, key: int) -> Post | None:
    """As `find_post`, and the row is locked until the transaction's end."""
    return _post_to_change.first(viewer=viewer.pk, key=key)


def find_person(viewer: User, key: int) -> User | None:
    """Whoever has this key, if `viewer` may look them up."""
    return _person.first(viewer=viewer.pk, key=key)


def person_named(viewer: User | None, username: str) -> User | None:
    """Whoever has this username, whatever its case, if `viewer` may look them up."""
    if not USERNAME.fullmatch(username):
        return None
    name = username.lower()
    return _named_for_all.first(name=name) if viewer is None else _named.first(viewer=viewer.pk, name=name)
