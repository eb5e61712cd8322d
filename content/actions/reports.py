"""Telling the moderators of a post or a person. Safe to repeat while the report is open."""

from django.db import transaction

from accounts.failures import Code, Problems
from accounts.models import User
from accounts.standing import ensure_may_write
from accounts.text import clean_text
from content.actions.inserts import insert_if_absent
from content.models import MAX_COMMENT, Report, ReportReason, ReportStatus
from content.visibility import reachable_users, visible_posts


@transaction.atomic
def report_post(*, reporter: User, subject_id: int, reason: str, comment: str | None = None) -> Report:
    """Ask the moderators to look at a post.

    Args:
        reason: one of `ReportReason`.

    Returns: the reporter's open report of it: a new one, or the one there is, unchanged.

    Raises: ValidationFailure with NOT_FOUND, SELF_ACTION, INVALID, TOO_LONG or NOT_ALLOWED.
    """
    ensure_may_write(reporter)
    # Locked, so that a report never hangs on a row that is just being taken away.
    posts = visible_posts(reporter).select_for_update(of=("self",), no_key=True)
    post = posts.filter(pk=subject_id).first()
    problems = Problems()
    if post is None:
        _note_absent(problems)
    elif post.author_id == reporter.pk:
        problems.add(Code.SELF_ACTION, "You cannot report your own post.", "subject_id")
    return _open(Report(reporter=reporter, post=post), reason, comment, problems)


@transaction.atomic
def report_user(*, reporter: User, subject_id: int, reason: str, comment: str | None = None) -> Report:
    """Ask the moderators to look at a person; also at one whom the reporter blocks.

    Args, Returns, Raises: as `report_post`.
    """
    ensure_may_write(reporter)
    people = reachable_users(reporter).select_for_update(of=("self",), no_key=True)
    user = people.filter(pk=subject_id).first()
    problems = Problems()
    if user is None:
        _note_absent(problems)
    elif user.pk == reporter.pk:
        problems.add(Code.SELF_ACTION, "You cannot report yourself.", "subject_id")
    return _open(Report(reporter=reporter, user=user), reason, comment, problems)


def _note_absent(problems: Problems) -> None:
    problems.add(Code.NOT_FOUND, "There is no such post or person.", "subject_id")


def _open(report: Report, reason: str, comment: str | None, problems: Problems) -> Report:
    report.comment = clean_text(comment or "", problems, "comment", max_length=MAX_COMMENT)
    problems.raise_if_any()
    report.reason = ReportReason(reason)
    if insert_if_absent(report):
        return report
    return Report.objects.get(
        reporter=report.reporter, post=report.post, user=report.user, status=ReportStatus.OPEN
    )
