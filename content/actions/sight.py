"""How an action gets what it acts on: only as far as the person sees it."""

from accounts.failures import Code, ValidationFailure
from accounts.models import User
from content.models import Post
from content.visibility import visible_posts


def not_found(field: str) -> ValidationFailure:
    """Absent, hidden and malformed are one answer."""
    return ValidationFailure.of(Code.NOT_FOUND, "There is no such post.", field)


def visible_post(*, viewer: User, post_id: int, field: str = "post_id") -> Post:
    """A post that `viewer` sees.

    Raises: ValidationFailure with NOT_FOUND at `field`.
    """
    post = visible_posts(viewer).filter(pk=post_id).first()
    if post is None:
        raise not_found(field)
    return post


def lock_visible_post(*, viewer: User, post_id: int) -> Post:
    """As `visible_post`, and the row is locked until the transaction's end.

    Whoever changes what hangs on a post (its likes, its counts) locks it first: so a deletion and a like
    wait for each other in one order, and none counts on a row that is gone.

    Raises: ValidationFailure with NOT_FOUND.
    """
    post = visible_posts(viewer).select_for_update(of=("self",), no_key=True).filter(pk=post_id).first()
    if post is None:
        raise not_found("post_id")
    return post
