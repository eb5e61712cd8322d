"""What was reported: the queue of what is open, and all reports to look up."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from accounts.actions.moderation import reactivate_user
from accounts.failures import Code, ValidationFailure
from accounts.models import User
from accounts.moderated import Act, ModeratedAdmin
from content.actions.moderation import deactivate_account, dismiss_reports, remove_post
from content.cases import case_of, queue, reason_counts
from content.models import Report, ReportedSubject

EXCERPT = 120  # characters
SUBJECT = ("post__id__exact", "user__id__exact")


@admin.register(ReportedSubject)
class QueueAdmin(ModeratedAdmin[ReportedSubject]):
    """One row for each post or account with open reports, the longest waiting first."""

    list_display = ("subject", "excerpt", "author", "report_count", "reasons", "since")
    search_fields = (*SUBJECT, "post__author__username_lower", "user__username_lower")
    search_help_text = "The key of a post or an account, or a name."
    ordering = ("id",)
    actions = ("dismiss", "remove", "deactivate", "reactivate")
    change_form_template = "admin/case.html"
    fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportedSubject]:
        """What is open, whoever reported it."""
        return queue()

    @admin.display(description="reported")
    def subject(self, row: ReportedSubject) -> str:
        """What the reports are about."""
        return f"Post {row.post_id}" if row.post else f"Account {row.user}"

    @admin.display(description="text")
    def excerpt(self, row: ReportedSubject) -> str:
        """The beginning of the post, or what the account says of itself."""
        text = row.post.body if row.post else _reported_person(row).bio or ""
        return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"

    @admin.display(description="author")
    def author(self, row: ReportedSubject) -> str:
        """Who wrote the post, or whose account it is."""
        author = _author(row)
        url = reverse("admin:accounts_user_change", args=[author.pk])
        return format_html('<a href="{}">{}</a>{}', url, author, "" if author.is_active else " (deactivated)")

    @admin.display(description="reports", ordering="report_count")
    def report_count(self, row: ReportedSubject) -> int:
        """How many people reported it."""
        count: int = row.report_count  # type: ignore[attr-defined]  # annotated
        return count

    @admin.display(description="reasons")
    def reasons(self, row: ReportedSubject) -> str:
        """Why, and how often each."""
        return ", ".join(f"{reason} ({count})" for reason, count in reason_counts(row).items())

    @admin.display(description="since", ordering="id")
    def since(self, row: ReportedSubject) -> object:
        """When the first of the open reports was made."""
        return row.created_at

    @admin.action(description="Dismiss", permissions=["settle"])
    def dismiss(self, request: HttpRequest, rows: QuerySet[ReportedSubject]) -> None:
        """Settle the reports of the chosen posts and accounts."""
        subjects = [row.post or _reported_person(row) for row in rows]
        self.perform(request, [partial(dismiss_reports, subject=each) for each in subjects], "Dismissed")

    @admin.action(description="Remove post", permissions=["settle"])
    def remove(self, request: HttpRequest, rows: QuerySet[ReportedSubject]) -> None:
        """Remove the chosen posts."""
        self.perform(request, [_removing(row) for row in rows.order_by("post_id")], "Removed")

    @admin.action(description="Deactivate account", permissions=["moderate"])
    def deactivate(self, request: HttpRequest, rows: QuerySet[ReportedSubject]) -> None:
        """Hide the chosen accounts, or the authors of the chosen posts."""
        acts = [partial(deactivate_account, user_id=key) for key in _authors(rows)]
        self.perform(request, acts, "Deactivated")

    @admin.action(description="Reactivate account", permissions=["moderate"])
    def reactivate(self, request: HttpRequest, rows: QuerySet[ReportedSubject]) -> None:
        """Let the chosen accounts, or the authors of the chosen posts, be seen again."""
        acts = [partial(reactivate_user, user_id=key) for key in _authors(rows)]
        self.perform(request, acts, "Reactivated")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The case: every report, what it is about, and what surrounds that."""
        row = self.get_object(request, unquote(object_id))
        case = case_of(row) if row and self.has_view_permission(request) else None
        shown = {"case": case, "title": row and self.subject(row), "subtitle": None}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def has_view_permission(self, request: HttpRequest, obj: ReportedSubject | None = None) -> bool:
        """Whoever may see reports."""
        return request.user.has_perm("content.view_report")

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Who may only look at reports cannot settle them."""
        return request.user.has_perm("content.moderate_post")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Who may only look at accounts cannot hide them."""
        return request.user.has_perm("accounts.moderate_user")


@admin.register(Report)
class ReportAdmin(ModeratedAdmin[Report]):
    """Every report, open and settled, to look up."""

    list_display = ("id", "post", "user", "reporter", "reason", "status", "made_at", "settled_at")
    list_select_related = ("post", "user", "reporter")
    list_filter = ("status", "reason")
    search_fields = (*SUBJECT, "user__username_lower", "reporter__username_lower")
    search_help_text = "The key of a post or an account, or a name."
    ordering = ("-id",)
    fields = (*list_display, "comment")
    readonly_fields = ("id", "made_at")

    @admin.display(description="made", ordering="id")
    def made_at(self, report: Report) -> object:
        """When it was made."""
        return report.created_at


def _removing(row: ReportedSubject) -> Act:
    return partial(remove_post, post_id=row.post_id) if row.post_id else _refuse_account


def _refuse_account(*, moderator: User, reason: str) -> None:
    raise ValidationFailure.of(Code.INVALID, "An account is no post: deactivate it instead.", "post_id")


def _authors(rows: QuerySet[ReportedSubject]) -> list[int]:
    return sorted({_author(row).pk for row in rows})


def _author(row: ReportedSubject) -> User:
    return row.post.author if row.post else _reported_person(row)


def _reported_person(row: ReportedSubject) -> User:
    assert row.user is not None  # noqa: S101  # a constraint: a report has one subject
    return row.user
