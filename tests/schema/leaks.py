"""Leaks, to be planted: what a careless change could tell of what is private to others."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model, OuterRef, Q, QuerySet

from accounts.failures import Code, ValidationFailure
from accounts.models import Enrichment, Session, User
from accounts.prepared import Prepared
from content.actions.sight import lock_visible_post
from content.models import Hashtag, Notification, Post, PostVisibility
from content.visibility import visible_users
from schema.engine.keyset import Order, Page, PageSet
from schema.queries import NODES
from tests.schema.queries import SCHEMA

Leak = Callable[[pytest.MonkeyPatch], None]


def node(type_: str, rows: Callable[[Any], QuerySet[Any]]) -> Leak:
    """Let `node` find these."""
    return lambda patch: patch.setitem(NODES, type_, rows)


def field(path: str, resolve: Callable[[Any], Any]) -> Leak:
    """Let a field, `Type.name`, tell that of its row."""
    type_, _, name = path.partition(".")
    fields = SCHEMA.type_map[type_].fields
    return lambda patch: patch.setattr(fields[name], "resolve", lambda row, info, **arguments: resolve(row))


def function(path: str, replacement: Any) -> Leak:
    """Let something else stand in a function's place, also in what was prepared before."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(Prepared, "_statement", property(vars(Prepared)["_statement"].func))
        patch.setattr(path, replacement)

    return plant


honest_rows: Any = PageSet._mine
honest_page = PageSet._page


def rows_of_everybody(pages: PageSet) -> QuerySet[Any]:
    """What lies round a page, of all there is: for `PageSet._mine`."""
    if not is_by_columns(pages):
        honest: QuerySet[Any] = honest_rows.__get__(pages)
        return honest
    everything: QuerySet[Any] = pages.rows.model._default_manager.order_by()
    if pages.parent is None:
        return everything
    return everything.filter(**{pages.parent: OuterRef("pk") if len(pages.keys) > 1 else pages.keys[0]})


def page_of_everybody(pages: PageSet, rows: list[Any]) -> Page:
    """A page after which more comes if there is more for anybody: for `PageSet._page`."""
    page = honest_page(pages, rows)
    if not is_by_columns(pages):
        return page
    backward = pages.bounds.backward
    order = pages.order.reversed() if backward else pages.order
    beyond = order.beyond(order.position(page.rows[0 if backward else -1])) if page.rows else Q()
    mine = Q(**{f"{pages.parent}__in": pages.keys}) if pages.parent else Q()
    return Page(page.rows, more=pages.rows.model._default_manager.filter(mine, beyond).exists())


def is_by_columns(pages: PageSet) -> bool:
    """Whether a list's order is by columns of its table; a search's is not."""
    return set(pages.order.columns) <= {column.attname for column in pages.rows.model._meta.concrete_fields}


def offset(order: Order, row: Model) -> str:
    """A cursor that says how many rows stand before it."""
    return f"offset:{type(row)._default_manager.filter(pk__lt=row.pk).count()}"


def talkative_lock(*, viewer: User, post_id: int, field: str = "post_id") -> Post:
    """Says that a post is hidden, instead of that there is none."""
    if Post.objects.filter(pk=post_id).exists() and viewer.pk:
        seen = Post.objects.filter(pk=post_id, visibility=PostVisibility.PUBLIC, deleted_at=None)
        if not seen.exists():
            raise ValidationFailure.of(Code.NOT_ALLOWED, "This is not for you.", field)
    return lock_visible_post(viewer=viewer, post_id=post_id, field=field)


def blind_lock(*, viewer: User, post_id: int, field: str = "post_id") -> Post:
    """Finds every post."""
    return Post.objects.filter(pk=post_id).first() or lock_visible_post(
        viewer=viewer, post_id=post_id, field=field
    )


LEAKS: dict[str, Leak] = {
    "node finds posts for followers": node("Post", lambda viewer: Post.objects.filter(deleted_at=None)),
    "node finds deleted posts": node("Post", lambda viewer: Post.objects.filter(visibility="PUBLIC")),
    "node finds every hashtag": node("Hashtag", lambda viewer: Hashtag.objects.all()),
    "node finds everybody's notifications": node("Notification", lambda viewer: Notification.objects.all()),
    "post finds every post": function(
        "schema.queries.find_post", lambda viewer, key: Post.objects.filter(pk=key).first()
    ),
    "user finds people by address": function(
        "schema.queries.person_named", lambda viewer, text: User.objects.filter(email__iexact=text).first()
    ),
    "notifications tell of hidden posts": function(
        "content.queries.visible_notifications", lambda viewer: Notification.objects.filter(recipient=viewer)
    ),
    "unread notifications count hidden ones": function(
        "content.queries.unread_count",
        lambda viewer: Notification.objects.filter(recipient=viewer, is_read=False).count(),
    ),
    "a post for followers is for everybody": function(
        "content.visibility._post_seen", lambda viewer, post: Q(**{f"{post}deleted_at": None})
    ),
    "a deleted post is seen until it is taken away": function(
        "content.visibility._post_seen", lambda viewer, post: Q(**{f"{post}visibility": "PUBLIC"})
    ),
    "replyTo shows what is hidden": field("Post.replyTo", lambda post: post.reply_to),
    "postCount counts every post": field("User.postCount", lambda user: user.posts.count()),
    "replyCount counts every answer": field("Post.replyCount", lambda post: post.replies.count()),
    "a hashtag counts every post": field("Hashtag.postCount", lambda hashtag: hashtag.uses.count()),
    "totals and ends count what is hidden": function(
        "schema.engine.keyset.PageSet._mine", property(rows_of_everybody)
    ),
    "hasNextPage looks at what is hidden": function("schema.engine.keyset.PageSet._page", page_of_everybody),
    "a cursor is an offset": function("schema.engine.keyset.Order.cursor", offset),
    "bookmarks are everybody's": field("Post.viewerHasBookmarked", lambda post: post.bookmarks.exists()),
    "mutes are everybody's": field("User.viewerHasMuted", lambda user: user.mutes_got.exists()),
    "blocks between others hide": function(
        "content.people.visible_users", lambda viewer: visible_users(viewer).filter(blocks_got=None)
    ),
    "reports hide": function(
        "content.people.visible_users", lambda viewer: visible_users(viewer).filter(reports_got=None)
    ),
    "displayName is the address": field("User.displayName", lambda user: user.email),
    "bio is what was found of anybody": field(
        "User.bio", lambda user: Enrichment.objects.filter(user=user).values_list("bio", flat=True).first()
    ),
    "isViewer says who has a session": field(
        "User.isViewer", lambda user: Session.objects.filter(user=user).exists()
    ),
    "a like says that a post is hidden": function("content.actions.likes.lock_visible_post", talkative_lock),
    "a hidden post can be liked": function("content.actions.likes.lock_visible_post", blind_lock),
    "a hidden post can be answered": function("content.actions.posts.lock_visible_post", blind_lock),
}
