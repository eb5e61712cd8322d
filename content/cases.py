"""What moderators read: the queue of what was reported, and all they must know to judge one case."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.keys import NO_KEY
from accounts.models import ModerationEntry, User
from content.models import Post, PostEdit, Report, ReportedSubject, ReportReason, ReportStatus

AT_MOST = 100  # reports, former texts and replies that a page shows
LATEST = 20  # posts of an author, and former decisions


def queue() -> QuerySet[ReportedSubject]:
    """One row for each post or person about whom a report is open: the first of these reports.

    Each row knows how many there are (`report_count`, and by reason as in `reason_counts`).
    """
    is_open = Report.objects.filter(status=ReportStatus.OPEN)
    same = is_open.filter(Q(post=OuterRef("post")) | Q(user=OuterRef("user")))
    counts = {_counter(reason): _count(same.filter(reason=reason)) for reason in ReportReason.values}
    return (
        ReportedSubject.objects.filter(
            ~Exists(same.filter(pk__lt=OuterRef("pk"))),
            status=ReportStatus.OPEN,
            post__deleted_at=None,
            user__deleted_at=None,
        )
        .select_related("post__author", "user")
        .annotate(report_count=_count(same), **counts)
    )


def reason_counts(subject: ReportedSubject) -> dict[str, int]:
    """How many open reports there are for each reason that was given."""
    counts = {reason: getattr(subject, _counter(reason)) for reason in ReportReason.values}
    return {reason: count for reason, count in counts.items() if count}


@dataclass(frozen=True)
class Case:
    """A post or an account that was reported, with what surrounds it."""

    reports: Sequence[Report]
    post: Post | None
    author: User
    former_texts: Sequence[PostEdit]
    answered: Post | None
    replies: Sequence[Post]
    latest_posts: Sequence[Post]
    other_reported_posts: int
    decisions: Sequence[ModerationEntry]


def case_of(first: ReportedSubject) -> Case:
    """The case that a row of the queue stands for. A fixed number of SQL statements."""
    post, author = first.post, first.post.author if first.post else first.user
    assert author is not None  # noqa: S101  # a constraint: a report has one subject
    there = Post.objects.filter(deleted_at=None)
    latest = there.filter(author=author)
    reported = latest.filter(reports__isnull=False).exclude(pk=first.post_id or NO_KEY)
    reports = Report.objects.filter(post=post, user=first.user, status=ReportStatus.OPEN)
    edits = PostEdit.objects.filter(post=post) if post else PostEdit.objects.none()
    replies = there.filter(reply_to=post) if post else there.none()
    answered = there.filter(pk=post.reply_to_id) if post and post.reply_to_id else there.none()
    return Case(
        reports=list(reports.select_related("reporter").order_by("pk")[:AT_MOST]),
        post=post,
        author=author,
        former_texts=list(edits.order_by("-pk")[:AT_MOST]),
        answered=answered.select_related("author").first(),
        replies=list(replies.select_related("author").order_by("pk")[:AT_MOST]),
        latest_posts=[] if post else list(latest.select_related("author").order_by("-pk")[:LATEST]),
        other_reported_posts=reported.distinct().count(),
        decisions=_decisions(post, author),
    )


def _decisions(post: Post | None, author: User) -> Sequence[ModerationEntry]:
    about = Q(subject_type="User", subject_key=author.pk)
    if post is not None:
        about |= Q(subject_type="Post", subject_key=post.pk)
    entries = ModerationEntry.objects.filter(about)
    return list(entries.select_related("moderator").order_by("-pk")[:LATEST])


def _counter(reason: str) -> str:
    return f"{reason.lower()}_reports"


def _count(reports: QuerySet[Report]) -> Coalesce:
    counted = reports.order_by().values("status").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), Value(0))
