"""How an action gets what it acts on: only as far as the person sees it."""

from accounts.failures import Code, ValidationFailure
from accounts.models import User
from content.lookups import find_person, find_post, lock_post
from content.models import Post
from content.visibility import is_veiled


def not_found(field: str) -> ValidationFailure:
    """Absent, hidden and malformed are one answer."""
    return ValidationFailure.of(Code.NOT_FOUND, "There is no such post.", field)


def visible_post(*, viewer: User, post_id: int, field: str = "post_id") -> Post:
    """A post that `viewer` sees.

    Raises: ValidationFailure with NOT_FOUND at `field`.
    """
    post = find_post(viewer, post_id)
    if post is None:
        raise not_found(field)
    return post


def lock_visible_post(*, viewer: User, post_id: int, field: str = "post_id") -> Post:
    """As `visible_post`, and the row is locked until the transaction's end.

    Whoever changes what hangs on a post (its likes, its counts) locks it first: so a deletion and a like
    wait for each other in one order, and none counts on a row that is gone.

    Raises: ValidationFailure with NOT_FOUND at `field`.
    """
    post = lock_post(viewer, post_id)
    if post is None:
        raise not_found(field)
    return post


def reachable_user(*, viewer: User, user_id: int) -> User:
    """Somebody whom `viewer` may act on; whom they block, too: veiled.

    Raises: ValidationFailure with NOT_FOUND.
    """
    user = find_person(viewer, user_id)
    if user is None:
        raise ValidationFailure.of(Code.NOT_FOUND, "There is no such user.", "user_id")
    return user


def ensure_not_oneself(user: User, user_id: int) -> None:
    """Raises: ValidationFailure with SELF_ACTION."""
    if user.pk == user_id:
        raise ValidationFailure.of(Code.SELF_ACTION, "You cannot do this to yourself.", "user_id")


def ensure_not_veiled(user: User) -> None:
    """Raises: ValidationFailure with BLOCKED, when whoever looked this person up blocks them."""
    if is_veiled(user):
        raise ValidationFailure.of(Code.BLOCKED, "You block this user. Unblock them first.", "user_id")
