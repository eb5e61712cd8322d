"""Accounts, as moderators see them."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.actions.moderation import accept_address, deactivate_user, reactivate_user
from accounts.models import AuditEntry, Enrichment, User


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


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """Look accounts up; change them by actions only, so that every rule holds."""

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
    search_fields = ("username_lower", "display_name", "email_key")
    ordering = ("-id",)
    readonly_fields = ("id", "joined_at")
    exclude = ("password", "email_key", "groups", "user_permissions")
    inlines: ClassVar = [EnrichmentInline]
    actions = ("deactivate", "reactivate", "accept")
    show_full_result_count = False

    @admin.display(description="joined", ordering="id")
    def joined_at(self, user: User) -> object:
        """When the account was created."""
        return user.created_at

    @admin.action(description="Deactivate: hide the account and end its sessions", permissions=["moderate"])
    def deactivate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Hide the chosen accounts at once."""
        for user in users:
            deactivate_user(user_id=user.pk)
            self.log_change(request, user, "Deactivated.")

    @admin.action(description="Reactivate", permissions=["moderate"])
    def reactivate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let the chosen accounts be seen again."""
        for user in users:
            reactivate_user(user_id=user.pk)
            self.log_change(request, user, "Reactivated.")

    @admin.action(description="Accept the address although it was rejected", permissions=["moderate"])
    def accept(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let the chosen people write again."""
        for user in users:
            accept_address(user_id=user.pk)
            self.log_change(request, user, "Accepted the address.")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Who may only look at accounts cannot hide them."""
        return request.user.has_perm("accounts.change_user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts come from signup (staff from `createsuperuser`)."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """The forms are for reading."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Deactivate instead."""
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
