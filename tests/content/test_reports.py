"""Reporting a post or a person to the moderators."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Block, Post, PostVisibility, Report, ReportReason
from schema.engine.ids import encode_id
from tests.client import Api, problems
from tests.content.races import at_once
from tests.content.steps import NO_POSTS, done, reject, write
from tests.content.test_statements import counted
from tests.people import Person, make_person, make_post

NO_SUBJECTS = NO_POSTS | {
    "an absent person": encode_id("User", 2**62 + 1),
    "a report": encode_id("Report", 5),
    "an edit": encode_id("PostEdit", 5),
}


def report(person: Person, subject: str, reason: str = "SPAM", **given: Any) -> Any:
    """The payload of a report."""
    return person.api.do("report", "reportId", subjectId=subject, reason=reason, **given)


def reported(person: Person, subject: str, reason: str = "SPAM", **given: Any) -> str:
    """The ID of a report, which must succeed."""
    payload = report(person, subject, reason, **given)
    assert payload["errors"] == []
    report_id: str = payload["reportId"]
    return report_id


def settle_all() -> None:
    """Let every report be settled."""
    Report.objects.update(status="DISMISSED", settled_at=datetime.now(UTC))


def rows() -> list[tuple[Any, ...]]:
    """What the moderators have before them."""
    reports = Report.objects.order_by("pk")
    return list(reports.values_list("reporter__username", "reason", "comment", "status"))


@pytest.mark.parametrize("reason", ReportReason.values)
def test_a_post_is_reported(ann: Person, bob: Person, reason: str) -> None:
    post = write(bob)["id"]

    report_id = reported(ann, post, reason, comment=" Look at this. ")

    (row,) = Report.objects.all()
    assert rows() == [("ann", reason, "Look at this.", "OPEN")]
    assert (encode_id("Post", row.post_id or 0), row.user_id) == (post, None)
    assert report_id == encode_id("Report", row.pk)


def test_a_person_is_reported(ann: Person, bob: Person) -> None:
    reported(ann, bob.id, "HARASSMENT")

    (row,) = Report.objects.all()
    assert (row.reporter_id, row.user_id, row.post_id) == (ann.user.pk, bob.user.pk, None)
    assert rows() == [("ann", "HARASSMENT", "", "OPEN")]


@pytest.mark.parametrize("comment", [None, "", "  \n "])
def test_a_comment_may_be_left_out(ann: Person, bob: Person, comment: str | None) -> None:
    reported(ann, bob.id, comment=comment)

    assert rows() == [("ann", "SPAM", "", "OPEN")]


@pytest.mark.parametrize("subject", ["post", "person"])
def test_repeating_a_report_that_is_open_changes_nothing(ann: Person, bob: Person, subject: str) -> None:
    subject = write(bob)["id"] if subject == "post" else bob.id
    first = reported(ann, subject, "SPAM", comment="First.")

    again = [reported(ann, subject, "ILLEGAL", comment="Second."), reported(ann, subject)]

    assert again == [first, first]
    assert rows() == [("ann", "SPAM", "First.", "OPEN")]


@pytest.mark.parametrize("subject", ["post", "person"])
def test_after_it_was_settled_a_new_report_may_be_made(ann: Person, bob: Person, subject: str) -> None:
    subject = write(bob)["id"] if subject == "post" else bob.id
    first = reported(ann, subject)
    settle_all()

    second = reported(ann, subject, "OTHER")

    assert second != first
    assert rows() == [("ann", "SPAM", "", "DISMISSED"), ("ann", "OTHER", "", "OPEN")]


def test_everybody_reports_for_themselves(ann: Person, bob: Person) -> None:
    carol = make_person("carol")

    assert reported(ann, carol.id) != reported(bob, carol.id)
    assert len(rows()) == 2


def test_a_post_and_its_author_are_two_subjects(ann: Person, bob: Person) -> None:
    assert reported(ann, bob.id) != reported(ann, write(bob)["id"])


@pytest.mark.parametrize("no_subject", NO_SUBJECTS.values(), ids=NO_SUBJECTS)
def test_what_is_neither_post_nor_person_is_not_found(ann: Person, no_subject: str) -> None:
    refused = report(ann, no_subject)

    assert problems(refused) == [("NOT_FOUND", "input.subjectId")]
    assert refused["reportId"] is None
    assert rows() == []


@pytest.mark.parametrize("kind", ["User", "Post"])
def test_the_key_of_one_kind_finds_nothing_of_the_other(ann: Person, bob: Person, kind: str) -> None:
    key = bob.user.pk if kind == "Post" else make_post(bob).pk

    assert problems(report(ann, encode_id(kind, key))) == [("NOT_FOUND", "input.subjectId")]


def test_a_post_that_one_may_not_see_is_not_found(ann: Person, bob: Person) -> None:
    post = write(bob)["id"]
    Post.objects.update(visibility=PostVisibility.FOLLOWERS)

    assert problems(report(ann, post)) == [("NOT_FOUND", "input.subjectId")]


def test_whoever_blocks_one_is_not_found(ann: Person, bob: Person) -> None:
    post = write(bob)["id"]
    Block.objects.create(blocker=bob.user, blocked=ann.user)

    for hidden in (bob.id, post):
        assert problems(report(ann, hidden)) == [("NOT_FOUND", "input.subjectId")]


def test_whom_one_blocks_can_be_reported(ann: Person, bob: Person) -> None:
    Block.objects.create(blocker=ann.user, blocked=bob.user)

    reported(ann, bob.id)

    assert rows() == [("ann", "SPAM", "", "OPEN")]


def test_a_deleted_post_is_not_found(ann: Person, bob: Person) -> None:
    post = write(bob)["id"]
    done(bob, "deletePost", post)

    assert problems(report(ann, post)) == [("NOT_FOUND", "input.subjectId")]


def test_one_cannot_report_oneself_or_ones_own_post(ann: Person) -> None:
    for own in (ann.id, write(ann)["id"]):
        assert problems(report(ann, own)) == [("SELF_ACTION", "input.subjectId")]
    assert rows() == []


def test_all_mistakes_are_told_at_once(ann: Person, bob: Person) -> None:
    comment_too_long = "x" * 1_001

    assert problems(report(ann, "nothing", comment=comment_too_long)) == [
        ("NOT_FOUND", "input.subjectId"),
        ("TOO_LONG", "input.comment"),
    ]
    assert problems(report(ann, ann.id, comment="\u0000")) == [
        ("SELF_ACTION", "input.subjectId"),
        ("INVALID", "input.comment"),
    ]
    assert rows() == []


def test_a_comment_may_have_1_000_characters(ann: Person, bob: Person) -> None:
    reported(ann, bob.id, comment="ü" * 1_000)

    assert rows() == [("ann", "SPAM", "ü" * 1_000, "OPEN")]


def test_an_account_whose_address_receives_no_mail_cannot_report(ann: Person, bob: Person) -> None:
    reject(ann)

    assert problems(report(ann, bob.id)) == [("NOT_ALLOWED", None)]
    assert rows() == []


def test_nobody_reports_anonymously(api: Api, bob: Person) -> None:
    document = "mutation($id: ID!) { report(input: {subjectId: $id, reason: SPAM}) { reportId } }"

    reply = api.send(document, {"id": bob.id})

    assert (reply.codes, reply.data) == (["UNAUTHENTICATED"], {"report": None})


def test_a_report_is_no_node(ann: Person, bob: Person) -> None:
    report_id = reported(ann, bob.id)

    assert ann.api.read("query($id: ID!) { node(id: $id) { id } }", id=report_id) == {"node": None}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("subject", ["post", "person"])
def test_a_report_that_is_sent_many_times_at_once_is_one(ann: Person, bob: Person, subject: str) -> None:
    subject = write(bob)["id"] if subject == "post" else bob.id

    answers = at_once([partial(reported, ann, subject)] * 20)

    assert len(set(answers)) == len(rows()) == 1


def test_a_report_takes_3_statements_and_1_more_when_it_is_there(ann: Person, bob: Person) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            reported(ann, bob.id)
        counts.append(counted(captured))

    assert counts == [3, 4]  # who asks, the subject, the report
