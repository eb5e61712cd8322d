"""Posts, as moderators see them."""

from functools import partial
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.moderated import ModeratedAdmin
from content.actions.moderation import remove_post
from content.models import Post, PostEdit


class PostEditInline(admin.TabularInline[PostEdit, Post]):
    """Former texts of a post; to be read only."""

    model = PostEdit
    fields = ("created_at", "body")
    readonly_fields = ("created_at", "body")
    ordering = ("-id",)
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """Only an edit adds one."""
        return False


@admin.register(Post)
class PostAdmin(ModeratedAdmin[Post]):
    """Look posts up, and remove them."""

    list_display = ("id", "author", "excerpt", "visibility", "like_count", "reply_count", "created_at")
    list_select_related = ("author",)
    search_fields = ("id__exact", "author__username_lower", "body")
    search_help_text = "A post's key, its author's name, or words of its text."
    ordering = ("-id",)
    raw_id_fields = ("author", "reply_to")
    readonly_fields = ("id", "created_at")
    inlines: ClassVar = [PostEditInline]
    actions = ("remove",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """All but the deleted, which are gone here too."""
        return super().get_queryset(request).filter(deleted_at=None, author__deleted_at=None)

    @admin.display(description="text")
    def excerpt(self, post: Post) -> str:
        """The beginning of the text."""
        return post.body[:80]

    @admin.action(description="Remove post", permissions=["moderate"])
    def remove(self, request: HttpRequest, posts: QuerySet[Post]) -> None:
        """Remove the chosen posts by the same action as everywhere, so that counts stay right."""
        acts = [partial(remove_post, post_id=post.pk) for post in posts.order_by("pk")]
        self.perform(request, acts, "Removed")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Who may only look at posts cannot remove them."""
        return request.user.has_perm("content.moderate_post")
