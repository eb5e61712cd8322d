"""Accounts, and what was done to them, as moderators see them."""

from functools import partial
from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.actions.moderation import (
    accept_address,
    appoint_moderator,
    delete_account,
    reactivate_user,
    release_moderator,
)
from accounts.models import AuditEntry, Enrichment, ModerationEntry, User
from accounts.moderated import ModeratedAdmin
from accounts.staff import StaffSignIn

admin.site.login_form = StaffSignIn


class EnrichmentInline(admin.StackedInline[Enrichment, User]):
    """What a data provider knows about the person; to be read only."""

    model = Enrichment
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody edits what a provider said."""
        return False

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only the worker adds it."""
        return False


class UserAdmin(ModeratedAdmin[User]):
    """Look accounts up; change them by actions only, so that every rule holds.

    `content` registers it, with what it does about reports.
    """

    list_display = (
        "username",
        "display_name",
        "email",
        "email_verification",
        "is_active",
        "post_count",
        "joined_at",
    )
    list_filter = ("is_active", "is_staff", "email_verification")
    # Not by their mail address: what is searched for stands in the URL, and so in histories and logs.
    search_fields = ("username_lower", "display_name", "id__exact")
    search_help_text = "A name, or the key of an account."
    ordering = ("-id",)
    readonly_fields = ("id", "joined_at")
    exclude = ("password", "email_key", "groups", "user_permissions")
    inlines: ClassVar = [EnrichmentInline]
    actions: tuple[str, ...] = ("reactivate", "accept", "appoint", "release", "delete_for_good")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """All but the deleted, who are gone here too."""
        return super().get_queryset(request).filter(deleted_at=None)

    @admin.display(description="joined", ordering="id")
    def joined_at(self, user: User) -> object:
        """When the account was created."""
        return user.created_at

    @admin.action(description="Reactivate account", permissions=["moderate"])
    def reactivate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let the chosen accounts be seen again."""
        acts = [partial(reactivate_user, user_id=user.pk) for user in users.order_by("pk")]
        self.perform(request, acts, "Reactivated")

    @admin.action(description="Accept rejected address", permissions=["accept"])
    def accept(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let the chosen people write again."""
        acts = [partial(accept_address, user_id=user.pk) for user in users.order_by("pk")]
        self.perform(request, acts, "Accepted the address")

    @admin.action(description="Make a moderator", permissions=["superuser"])
    def appoint(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let the chosen people moderate."""
        acts = [partial(appoint_moderator, user_id=user.pk) for user in users.order_by("pk")]
        self.perform(request, acts, "Appointed")

    @admin.action(description="No longer a moderator", permissions=["superuser"])
    def release(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let the chosen people moderate no more."""
        acts = [partial(release_moderator, user_id=user.pk) for user in users.order_by("pk")]
        self.perform(request, acts, "Released")

    @admin.action(description="Delete account", permissions=["superuser"])
    def delete_for_good(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let the chosen accounts, and all that is theirs, be gone."""
        acts = [partial(delete_account, user_id=user.pk) for user in users.order_by("pk")]
        self.perform(request, acts, "Deleted")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Who may only look at accounts cannot hide them."""
        return request.user.has_perm("accounts.moderate_user")

    def has_accept_permission(self, request: HttpRequest) -> bool:
        """Not part of what moderators do."""
        return request.user.has_perm("accounts.change_user")

    def has_superuser_permission(self, request: HttpRequest) -> bool:
        """What moderators cannot do."""
        return request.user.is_superuser


@admin.register(ModerationEntry)
class ModerationEntryAdmin(admin.ModelAdmin[ModerationEntry]):
    """Who did what to whom, and why; to be read only."""

    list_display = ("done_at", "moderator", "action", "subject_type", "subject_key", "reason")
    list_select_related = ("moderator",)
    list_filter = ("action", "subject_type")
    search_fields = ("subject_key__exact", "moderator__username_lower", "reason")
    search_help_text = "The key of a post or an account, a moderator's name, or words of a reason."
    ordering = ("-id",)
    fields = ("done_at", *list_display[1:])
    readonly_fields = ("done_at",)
    show_full_result_count = False

    @admin.display(description="when", ordering="id")
    def done_at(self, entry: ModerationEntry) -> object:
        """When it was done."""
        return entry.created_at

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only actions write it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ModerationEntry | None = None) -> bool:
        """Nobody rewrites what was done."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ModerationEntry | None = None) -> bool:
        """Nobody hides what was done."""
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin[AuditEntry]):
    """What happened to accounts; to be read only."""

    list_display = ("happened_at", "event", "user", "ip_address", "user_agent")
    list_filter = ("event",)
    list_select_related = ("user",)
    search_fields = ("user__username_lower", "ip_address")
    ordering = ("-id",)
    show_full_result_count = False

    @admin.display(description="at", ordering="id")
    def happened_at(self, entry: AuditEntry) -> object:
        """When it happened."""
        return entry.created_at

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only what happens is noted."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        """Nobody edits what happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        """Only time does."""
        return False


def change_password_by_the_api(request: HttpRequest) -> HttpResponse:
    """The admin's own form knows neither our rules for passwords nor the sessions that must end."""
    messages.info(request, "Passwords are changed by `changePassword` of the API, for instance at /graphql/.")
    return redirect("admin:index")
