"""Posts, as moderators see them."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from content.actions.deletion import remove_post
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
class PostAdmin(admin.ModelAdmin[Post]):
    """Look posts up."""

    list_display = ("id", "author", "excerpt", "like_count", "reply_count", "created_at")
    list_select_related = ("author",)
    search_fields = ("author__username_lower", "body")
    ordering = ("-id",)
    raw_id_fields = ("author", "reply_to")
    readonly_fields = ("id", "created_at")
    inlines: ClassVar = [PostEditInline]
    show_full_result_count = False

    @admin.display(description="text")
    def excerpt(self, post: Post) -> str:
        """The beginning of the text."""
        return post.body[:80]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Posts come from people."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """Nobody puts words into somebody's mouth."""
        return False

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        """Remove it by the same action as everywhere, so that counts stay right."""
        remove_post(post_id=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """Remove each of the chosen posts."""
        for key in list(queryset.values_list("pk", flat=True)):
            remove_post(post_id=key)
