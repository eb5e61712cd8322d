"""Accounts, with what is done about what was reported of them."""

from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import UserAdmin
from accounts.models import User
from content.actions.moderation import deactivate_account


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Look accounts up, hide them and show them again."""

    actions = ("deactivate", *UserAdmin.actions)

    @admin.action(description="Deactivate account", permissions=["moderate"])
    def deactivate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Hide the chosen accounts at once."""
        acts = [partial(deactivate_account, user_id=user.pk) for user in users.order_by("pk")]
        self.perform(request, acts, "Deactivated")
