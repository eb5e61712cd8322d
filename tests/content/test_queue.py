"""The moderators' queue: what was reported, all that is needed to judge it, and the four actions."""

import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ModerationEntry, User
from content.actions.deletion import delete_post
from content.actions.reports import report_post, report_user
from content.models import Post, Report
from tests.client import Api
from tests.content.steps import done, look
from tests.content.test_statements import counted
from tests.people import REASON, Person, deactivate, make_person, make_post, post_id
from tests.staff import ENTRIES, POSTS, QUEUE, REPORTS, USERS, appointed, choose, staff, superuser

Row = tuple[str, int, str]


@pytest.fixture
def mod(db: None) -> Client:
    """A moderator."""
    return appointed()


def reports_of(subject: Post | Person, *reasons: str, comment: str = "") -> list[Report]:
    """Reports by as many new people."""
    if isinstance(subject, Post):
        key, act = subject.pk, report_post
    else:
        key, act = subject.user.pk, report_user
    return [
        act(reporter=make_person().user, subject_id=key, reason=reason, comment=comment) for reason in reasons
    ]


def rows(client: Client, **query: str) -> list[Row]:
    """The queue: what, how many reports, why."""
    page: Any = client.get(QUEUE, query)
    assert page.status_code == 200
    admin = page.context["cl"].model_admin
    return [
        (admin.subject(row), admin.report_count(row), admin.reasons(row))
        for row in page.context["cl"].result_list
    ]


def case(client: Client, first: Report) -> str:
    """The text of a row's page."""
    page = client.get(f"{QUEUE}{first.pk}/change/")
    assert page.status_code == 200
    return html.unescape(page.content.decode())


def statuses() -> list[str]:
    return list(Report.objects.order_by("pk").values_list("status", flat=True))


def entries() -> list[tuple[str, str, int, str]]:
    """What moderators did in this test."""
    done_by = ModerationEntry.objects.filter(moderator__username="mod1").order_by("pk")
    return list(done_by.values_list("action", "subject_type", "subject_key", "reason"))


def test_the_queue_has_one_row_for_each_subject_the_longest_waiting_first(mod: Client, ann: Person) -> None:
    post, other = make_post(ann, "Buy!"), make_post(ann, "Fine.")
    reports_of(post, "SPAM")
    reports_of(ann, "HARASSMENT")
    reports_of(other, "OTHER")
    reports_of(post, "ILLEGAL", "SPAM")

    assert rows(mod) == [
        (f"Post {post.pk}", 3, "SPAM (2), ILLEGAL (1)"),
        ("Account @ann", 1, "HARASSMENT (1)"),
        (f"Post {other.pk}", 1, "OTHER (1)"),
    ]


def test_the_queue_is_sorted_by_the_number_of_reports(mod: Client, ann: Person) -> None:
    one, three, two = (make_post(ann) for _ in range(3))
    for post, number in ((one, 1), (three, 3), (two, 2)):
        reports_of(post, *["SPAM"] * number)

    assert [count for _, count, _ in rows(mod, o="-4")] == [3, 2, 1]


def test_the_queue_is_found_by_key_and_name(mod: Client, ann: Person, bob: Person) -> None:
    post = make_post(ann)
    reports_of(post, "SPAM")
    reports_of(bob, "SPAM")

    assert [what for what, _, _ in rows(mod, q=str(post.pk))] == [f"Post {post.pk}"]
    assert [what for what, _, _ in rows(mod, q="bob")] == ["Account @bob"]


def test_a_settled_report_leaves_the_queue_and_can_be_looked_up(mod: Client, ann: Person) -> None:
    post = make_post(ann)
    first, *_ = reports_of(post, "SPAM", "ILLEGAL")

    assert choose(mod, QUEUE, "dismiss", first.pk, reason="A joke.") == ["Dismissed: 1."]

    assert (rows(mod), statuses()) == ([], ["DISMISSED", "DISMISSED"])
    assert look(Api(), post_id(post), "body") == {"body": "Hello."}
    assert entries() == [("dismiss_reports", "Post", post.pk, "A joke.")]
    assert len(mod.get(REPORTS, {"status__exact": "DISMISSED"}).context["cl"].result_list) == 2


def test_a_new_report_after_a_dismissal_is_a_new_row_of_its_own(mod: Client, ann: Person) -> None:
    (old,) = reports_of(ann, "SPAM")
    choose(mod, QUEUE, "dismiss", old.pk)

    reports_of(ann, "ILLEGAL")

    assert rows(mod) == [("Account @ann", 1, "ILLEGAL (1)")]


def test_removing_a_post_settles_its_reports_and_is_logged(mod: Client, ann: Person, bob: Person) -> None:
    post, other = make_post(ann), make_post(ann)
    first, *_ = reports_of(post, "SPAM", "SPAM")
    reports_of(other, "SPAM")

    assert choose(mod, QUEUE, "remove", first.pk, reason="Spam.") == ["Removed: 1."]

    assert look(bob.api, post_id(post)) is None
    assert statuses() == ["UPHELD", "UPHELD", "OPEN"]
    assert entries() == [("remove_post", "Post", post.pk, "Spam.")]


def test_deactivating_an_account_settles_what_was_reported_of_it(mod: Client, ann: Person) -> None:
    first, *_ = reports_of(ann, "SPAM", "ILLEGAL")

    assert choose(mod, QUEUE, "deactivate", first.pk, reason="A bot.") == ["Deactivated: 1."]

    assert (rows(mod), statuses()) == ([], ["UPHELD", "UPHELD"])
    assert ann.api.send("{ viewer { email } }").status == 401
    assert entries() == [("deactivate_user", "User", ann.user.pk, "A bot.")]


def test_the_author_of_a_post_is_deactivated_and_reactivated_from_its_row(mod: Client, ann: Person) -> None:
    post = make_post(ann)
    (first,) = reports_of(post, "SPAM")

    choose(mod, QUEUE, "deactivate", first.pk)
    assert look(Api(), post_id(post)) is None

    assert choose(mod, QUEUE, "reactivate", first.pk) == ["Reactivated: 1."]
    assert look(Api(), post_id(post), "body") == {"body": "Hello."}
    assert statuses() == ["OPEN"]


def test_the_list_of_accounts_settles_what_was_reported_too(mod: Client, ann: Person) -> None:
    reports_of(ann, "SPAM")

    choose(mod, USERS, "deactivate", ann.user.pk)

    assert statuses() == ["UPHELD"]


def test_an_account_is_not_removed_like_a_post_and_nothing_is_half_done(mod: Client, ann: Person) -> None:
    post = make_post(ann)
    firsts = [*reports_of(post, "SPAM"), *reports_of(ann, "SPAM")]

    said = choose(mod, QUEUE, "remove", *(first.pk for first in firsts))

    assert said == ["Nothing was done. An account is no post: deactivate it instead."]
    assert (statuses(), entries()) == (["OPEN", "OPEN"], [])
    assert look(Api(), post_id(post), "body") == {"body": "Hello."}


@pytest.mark.parametrize("action", ["dismiss", "remove", "deactivate", "reactivate"])
def test_every_action_asks_for_a_reason(mod: Client, ann: Person, action: str) -> None:
    (first,) = reports_of(make_post(ann), "SPAM")

    said = choose(mod, QUEUE, action, first.pk, reason="")

    assert said == ["Nothing was done. Reason: This cannot be empty."]
    assert (statuses(), entries()) == (["OPEN"], [])
    assert User.objects.filter(username="ann", is_active=True).exists()


def test_a_moderator_who_was_reported_is_dealt_with_by_superusers_only(mod: Client) -> None:
    colleague = make_person("colleague")
    User.objects.filter(pk=colleague.user.pk).update(is_staff=True)
    (first,) = reports_of(colleague, "SPAM")

    said = choose(mod, QUEUE, "deactivate", first.pk)

    assert said == ["Nothing was done. @colleague is of the staff: only superusers may do this."]
    assert statuses() == ["OPEN"]


def test_what_somebody_else_settled_meanwhile_is_told(mod: Client, ann: Person) -> None:
    (first,) = reports_of(ann, "SPAM")
    choose(superuser(), QUEUE, "dismiss", first.pk)

    assert choose(mod, QUEUE, "dismiss", first.pk) == ["Nothing was there any more."]


def test_a_post_that_its_author_deleted_is_in_the_queue_no_more(mod: Client, ann: Person) -> None:
    post = make_post(ann)
    reports_of(post, "SPAM")

    delete_post(user=ann.user, post_id=post.pk)

    assert rows(mod) == []


def test_the_page_of_a_post_shows_all_that_surrounds_it(mod: Client, ann: Person, bob: Person) -> None:
    top = make_post(bob, "The question.")
    post = make_post(ann, "Former.", reply_to=top)
    done(ann, "editPost", post_id(post), body="Present <b>text</b>.")
    make_post(bob, "The reply.", reply_to=post)
    reports_of(make_post(ann, "Another."), "SPAM")
    first, *_ = reports_of(post, "SPAM", "ILLEGAL", comment="See <i>this</i>.")

    page = mod.get(f"{QUEUE}{first.pk}/change/").content.decode()

    for told in ("The question.", "Former.", "The reply.", "Other reported posts: 1", "@bob", "ILLEGAL"):
        assert told in page
    assert "Present &lt;b&gt;text&lt;/b&gt;." in page
    assert page.count("See &lt;i&gt;this&lt;/i&gt;.") == 2


def test_the_page_of_an_account_shows_its_latest_posts_and_former_decisions(mod: Client, ann: Person) -> None:
    make_post(ann, "What ann wrote.")
    (old,) = reports_of(ann, "SPAM")
    choose(mod, QUEUE, "dismiss", old.pk, reason="Let it be.")
    (first,) = reports_of(ann, "HARASSMENT", comment="Again.")

    page = case(mod, first)

    for told in ("What ann wrote.", "Again.", "Let it be.", "Reported posts: 0"):
        assert told in page


@pytest.mark.parametrize("action", ["dismiss", "remove", "deactivate", "reactivate"])
def test_the_page_offers_every_action_with_a_reason(mod: Client, ann: Person, action: str) -> None:
    (first,) = reports_of(make_post(ann), "SPAM")

    page = case(mod, first)

    assert f'<option value="{action}">' in page
    assert 'name="reason"' in page
    assert f'name="_selected_action" value="{first.pk}"' in page
    assert f'action="{QUEUE}"' in page


def test_the_queue_takes_the_same_statements_with_one_row_and_many(mod: Client, ann: Person) -> None:
    reports_of(make_post(ann), "SPAM")
    counts = [statements(mod, QUEUE)]
    for number in range(12):
        reports_of(make_post(make_person()), *["SPAM", "ILLEGAL"][: 1 + number % 2])
        reports_of(make_person(), "OTHER")

    counts.append(statements(mod, QUEUE))

    assert len(rows(mod)) == 25
    assert counts == [6, 6]  # session, who, own and the group's permissions, how many rows, the rows


@pytest.mark.parametrize("many", [0, 5])
def test_a_case_takes_the_same_statements_with_little_and_much(mod: Client, ann: Person, many: int) -> None:
    post = make_post(ann, reply_to=make_post(ann))
    first, *_ = reports_of(post, *["SPAM"] * (1 + many))
    for number in range(many):
        make_post(make_person(), reply_to=post)
        done(ann, "editPost", post_id(post), body=f"Text {number}.")
        reports_of(make_post(ann), "SPAM")

    assert statements(mod, f"{QUEUE}{first.pk}/change/") == 12


def statements(client: Client, page: str) -> int:
    client.get(page)  # Django remembers types of rows, once a process has asked
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return counted(captured)


def test_the_queue_is_paged(mod: Client, ann: Person) -> None:
    for _ in range(51):
        reports_of(make_post(ann), "SPAM")

    assert (len(rows(mod)), len(rows(mod, p="2"))) == (50, 1)


def test_moderators_see_exactly_these_pages(mod: Client) -> None:
    index = mod.get("/admin/").context["app_list"]

    seen = {model["object_name"]: model["perms"] for app in index for model in app["models"]}

    assert set(seen) == {"ModerationEntry", "User", "Post", "Report", "ReportedSubject"}
    looking = {"add": False, "change": False, "delete": False, "view": True}
    assert all(perms == looking for perms in seen.values())


def test_moderators_have_exactly_these_permissions(mod: Client) -> None:
    assert User.objects.get(username="mod1").get_all_permissions() == {
        "accounts.view_user",
        "accounts.moderate_user",
        "accounts.view_moderationentry",
        "content.view_post",
        "content.view_postedit",
        "content.moderate_post",
        "content.view_report",
    }


@pytest.mark.parametrize("page", [USERS, POSTS, QUEUE, REPORTS, ENTRIES])
@pytest.mark.parametrize("form", ["add/", "{}/change/", "{}/delete/"])
def test_moderators_add_change_and_delete_nothing(mod: Client, ann: Person, page: str, form: str) -> None:
    post = make_post(ann)
    (report,) = reports_of(post, "SPAM")
    keys = {USERS: ann.user.pk, POSTS: post.pk, ENTRIES: ModerationEntry.objects.get().pk}

    answer = mod.post(page + form.format(keys.get(page, report.pk)), {"post": "yes", "body": "x"})

    assert answer.status_code == 403
    assert statuses() == ["OPEN"]


@pytest.mark.parametrize("page", ["auth/group/", "auth/group/add/", "auth/", "accounts/session/"])
def test_moderators_have_no_other_pages(mod: Client, page: str) -> None:
    assert mod.get(f"/admin/{page}").status_code in (403, 404)


@pytest.mark.parametrize("permissions", [(), ("view_user", "view_post"), ("change_report", "delete_post")])
def test_staff_without_the_permission_see_no_queue(ann: Person, permissions: tuple[str, ...]) -> None:
    (first,) = reports_of(ann, "SPAM")
    client = staff(*permissions)

    assert client.get(QUEUE).status_code == 403
    assert client.get(f"{QUEUE}{first.pk}/change/").status_code == 403


def test_who_may_only_look_at_reports_settles_nothing(ann: Person) -> None:
    (first,) = reports_of(ann, "SPAM")
    client = staff("view_report")

    for action in ("dismiss", "remove", "deactivate", "reactivate"):
        client.post(QUEUE, {"action": action, "reason": REASON, "_selected_action": [first.pk]})

    assert (statuses(), len(rows(client))) == (["OPEN"], 1)


def test_superusers_can_all(ann: Person) -> None:
    client = superuser()
    (first,) = reports_of(ann, "SPAM")

    assert choose(client, QUEUE, "dismiss", first.pk) == ["Dismissed: 1."]


def test_reports_of_somebody_deactivated_in_between_can_be_dismissed(mod: Client, ann: Person) -> None:
    post = make_post(ann)
    (first,) = reports_of(post, "SPAM")
    deactivate(ann)

    assert choose(mod, QUEUE, "dismiss", first.pk) == ["Dismissed: 1."]
