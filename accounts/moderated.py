"""Pages of the admin on which moderators look and act, for a reason, and never edit."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.failures import Problem, ValidationFailure
from accounts.models import MAX_REASON

M = TypeVar("M", bound=models.Model)


class Act(Protocol):
    """An action function that only lacks who does it, and why."""

    def __call__(self, *, moderator: Any, reason: str) -> object:
        """Raises: ValidationFailure, when it is refused."""


class ReasonForm(ActionForm):
    """What to do with the chosen rows, and why. Whether the reason is good the action judges."""

    reason = forms.CharField(
        required=False,
        label="Reason:",
        widget=forms.TextInput(attrs={"maxlength": MAX_REASON, "size": 40}),
    )


class ModeratedAdmin(admin.ModelAdmin[M]):
    """A list and pages for reading, with actions on both that ask for a reason."""

    action_form = ReasonForm
    change_form_template = "admin/moderated.html"
    show_full_result_count = False
    list_per_page = 50

    def perform(self, request: HttpRequest, acts: Sequence[Act], done: str) -> None:
        """Do all of `acts`, or none when one is refused; and say so."""
        reason = request.POST.get("reason", "")
        try:
            with transaction.atomic():
                for act in acts:
                    act(moderator=request.user, reason=reason)
        except ValidationFailure as refused:
            told = " ".join(_told(problem) for problem in refused.problems)
            self.message_user(request, f"Nothing was done. {told}", messages.ERROR)
            return
        if acts:
            self.message_user(request, f"{done}: {len(acts)}.", messages.SUCCESS)
        else:
            self.message_user(request, "Nothing was there any more.", messages.WARNING)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of one row, with the list's actions."""
        form = self.action_form(auto_id=False)
        form.fields["action"].choices = self.get_action_choices(request)  # type: ignore[attr-defined]
        shown = {"action_form": form if self.get_actions(request) else None, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, shown)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What moderators did to it: nothing else changes it here."""
        return redirect(f"{reverse('admin:accounts_moderationentry_changelist')}?q={quote(object_id)}")

    def has_add_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nothing is made here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """The forms are for reading."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """What is to go, goes by an action that says why."""
        return False


def _told(problem: Problem) -> str:
    return f"Reason: {problem.message}" if problem.field == ("reason",) else problem.message
