"""What somebody may do to a post they see. Pure: actions enforce it, the API tells it in advance."""

from accounts.models import User
from accounts.standing import may_write
from content.models import Post


def may_like(viewer: User | None, post: Post) -> bool:
    """Anybody signed in may like anybody else's post."""
    return viewer is not None and viewer.pk != post.author_id and may_write(viewer)


def may_reply(viewer: User | None, post: Post) -> bool:
    """Anybody signed in may answer."""
    return viewer is not None and may_write(viewer)


def may_edit(viewer: User | None, post: Post) -> bool:
    """Authors change their own posts."""
    return viewer is not None and viewer.pk == post.author_id and may_write(viewer)


def may_delete(viewer: User | None, post: Post) -> bool:
    """Authors take their own posts back."""
    return viewer is not None and viewer.pk == post.author_id
