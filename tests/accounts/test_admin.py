"""What moderators see and do."""

import html

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from limits import parse
from pytest_django import Settings

from accounts.failures import ValidationFailure
from accounts.models import AuditEntry, Enrichment, ModerationEntry, RefreshToken, Session, User
from services.sandbox import Sandbox
from tests.accounts.steps import profile, refused_reason, sign_in, sign_up, work
from tests.client import Api, problems
from tests.people import PASSWORD, Person, make_post, reactivate
from tests.staff import (
    ENTRIES,
    POSTS,
    QUEUE,
    REPORTS,
    USERS,
    appointed,
    browser,
    choose,
    staff,
    superuser,
)


@pytest.fixture
def moderator(db: None) -> Client:
    """Somebody who may look at accounts, and hide them."""
    return appointed("mod1")


def hidden() -> set[str]:
    """Who is deactivated, but for whoever no list shows anyway."""
    return set(User.objects.filter(is_active=False).values_list("username", flat=True)) - {"moderator0"}


def entries(person: Person) -> list[tuple[str, str, str, str]]:
    """What is written down of what was done to somebody, the first first."""
    about = ModerationEntry.objects.filter(subject_key=person.user.pk).order_by("pk")
    return list(about.values_list("moderator__username", "action", "subject_type", "reason"))


def listed(client: Client, **query: str) -> list[str]:
    """Usernames in the list of people."""
    response = client.get(USERS, query)
    assert response.status_code == 200
    return [user.username for user in response.context["cl"].result_list]


@pytest.mark.parametrize("query", ["ann", "ANN", "Lee"])
def test_people_are_found_by_name(moderator: Client, ann: Person, bob: Person, query: str) -> None:
    User.objects.filter(username="ann").update(display_name="Ann Lee")

    assert listed(moderator, q=query) == ["ann"]


@pytest.mark.parametrize("page", [USERS, QUEUE, POSTS, REPORTS, ENTRIES])
def test_nothing_is_found_by_a_mail_address_which_would_stand_in_the_url(ann: Person, page: str) -> None:
    make_post(ann)
    client = superuser()

    assert list(client.get(page, {"q": "ann@example.com"}).context["cl"].result_list) == []


def test_the_latest_people_come_first(moderator: Client, ann: Person, bob: Person) -> None:
    assert listed(moderator) == ["bob", "ann", "moderator0", "mod1"]


@pytest.mark.parametrize("state", ["VALID", "REJECTED"])
def test_people_are_filtered_by_the_state_of_their_address(
    moderator: Client, ann: Person, state: str
) -> None:
    User.objects.filter(username="ann").update(email_verification="REJECTED")

    expected = ["ann"] if state == "REJECTED" else []
    assert listed(moderator, email_verification__exact=state) == expected


def test_deactivating_hides_the_account_and_ends_its_sessions_at_once(
    moderator: Client, ann: Person, bob: Person
) -> None:
    assert choose(moderator, USERS, "deactivate", ann.user.pk) == ["Deactivated: 1."]

    assert refused_reason(ann.api.send("{ viewer { email } }")) == "REVOKED"
    assert problems(sign_in(Api(), "ann")) == [("INVALID_CREDENTIALS", None)]
    assert (profile(bob.api, "ann"), profile(bob.api, "bob")["username"]) == (None, "bob")


def test_reactivating_undoes_it_but_for_the_sessions(moderator: Client, ann: Person) -> None:
    choose(moderator, USERS, "deactivate", ann.user.pk)

    choose(moderator, USERS, "reactivate", ann.user.pk)

    assert profile(Api(), "ann")["username"] == "ann"
    assert sign_in(Api(), "ann")["errors"] == []
    assert refused_reason(ann.api.send("{ viewer { email } }")) == "REVOKED"


def test_several_people_are_deactivated_in_one_go(moderator: Client, ann: Person, bob: Person) -> None:
    choose(moderator, USERS, "deactivate", ann.user.pk, bob.user.pk)

    assert hidden() == {"ann", "bob"}


def test_what_was_done_is_written_down_with_who_and_why(moderator: Client, ann: Person) -> None:
    choose(moderator, USERS, "deactivate", ann.user.pk, reason="  A bot.  ")
    choose(moderator, USERS, "reactivate", ann.user.pk, reason="None after all.")

    assert entries(ann) == [
        ("mod1", "deactivate_user", "User", "A bot."),
        ("mod1", "reactivate_user", "User", "None after all."),
    ]


def test_the_history_of_an_account_is_what_moderators_did(moderator: Client, ann: Person) -> None:
    choose(moderator, USERS, "deactivate", ann.user.pk, reason="A bot.")

    shown = moderator.get(f"{USERS}{ann.user.pk}/history/", follow=True).content.decode()

    assert "A bot." in shown
    assert "deactivate_user" in shown


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("", "This cannot be empty."),
        ("\u3000 ", "This cannot be empty."),
        ("x" * 501, "At most 500 characters; this has 501."),
        ("\u0007", "This text has characters that cannot be shown."),
    ],
)
def test_nothing_is_done_without_a_good_reason(moderator: Client, ann: Person, reason: str, why: str) -> None:
    said = choose(moderator, USERS, "deactivate", ann.user.pk, reason=reason)

    assert said == [f"Nothing was done. Reason: {why}"]
    assert (hidden(), entries(ann)) == (set(), [])


@pytest.mark.parametrize("mark", ["is_staff", "is_superuser"])
@pytest.mark.parametrize("action", ["deactivate", "reactivate"])
def test_a_moderator_can_do_nothing_to_staff(
    moderator: Client, ann: Person, bob: Person, mark: str, action: str
) -> None:
    User.objects.filter(pk=ann.user.pk).update(**{mark: True})

    said = choose(moderator, USERS, action, bob.user.pk, ann.user.pk)

    assert said == ["Nothing was done. @ann is of the staff: only superusers may do this."]
    assert (hidden(), entries(ann), entries(bob)) == (set(), [], [])


def test_a_superuser_deactivates_staff(ann: Person) -> None:
    User.objects.filter(pk=ann.user.pk).update(is_staff=True, is_superuser=True)

    assert choose(superuser(), USERS, "deactivate", ann.user.pk) == ["Deactivated: 1."]
    assert hidden() == {"ann"}


def test_nobody_deactivates_themselves(db: None) -> None:
    client = superuser("root1")
    root = User.objects.get(username="root1")

    said = choose(client, USERS, "deactivate", root.pk)

    assert said == ["Nothing was done. You cannot do this to yourself."]
    assert hidden() == set()


def test_who_may_only_look_can_deactivate_nobody(ann: Person) -> None:
    client = staff("view_user", "change_user", "delete_user")
    assert "ann" in listed(client)

    client.post(USERS, {"action": "deactivate", "reason": "x", "_selected_action": [ann.user.pk]})

    assert ann.api.send("{ viewer { email } }").status == 200


def test_staff_without_a_permission_see_nobody(ann: Person) -> None:
    client = staff()

    assert client.get(USERS).status_code == 403
    assert client.get(f"{USERS}{ann.user.pk}/change/").status_code == 403


def test_staff_sign_in_by_the_admins_own_form_whatever_the_case_of_the_name(moderator: Client) -> None:
    client = Client()

    answer = client.post("/admin/login/", {"username": "MOD1", "password": PASSWORD, "next": USERS})

    assert (answer.status_code, answer["Location"]) == (302, USERS)
    assert "mod1" in listed(client)


def test_sign_ins_of_staff_are_counted_and_noted_as_all_are(moderator: Client, settings: Settings) -> None:
    settings.FAILED_SIGN_INS_PER_ACCOUNT = parse("2/hour")
    AuditEntry.objects.all().delete()
    client = Client()

    told = [
        client.post("/admin/login/", {"username": "mod1", "password": word}).content.decode()
        for word in ("wrong", "wrong too", PASSWORD)
    ]

    assert ["Please enter the correct" in page for page in told] == [True, True, False]
    assert "Too many attempts. Wait" in told[2]
    assert [entry.event for entry in AuditEntry.objects.order_by("pk")] == ["SIGN_IN_REFUSED"] * 2
    assert client.get(USERS).status_code == 302


def test_a_sign_in_of_staff_that_succeeds_is_noted(moderator: Client) -> None:
    Client().post("/admin/login/", {"username": "mod1", "password": PASSWORD})

    assert AuditEntry.objects.filter(user__username="mod1").latest("pk").event == "SIGNED_IN"


@pytest.mark.parametrize("signed_in", [False, True])
def test_others_are_sent_to_the_sign_in_form(ann: Person, signed_in: bool) -> None:
    client = Client()
    if signed_in:
        client.post("/admin/login/", {"username": "ann", "password": PASSWORD})

    response = client.get(USERS)

    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={USERS}")


def test_an_access_token_opens_no_admin_page(ann: Person) -> None:
    User.objects.update(is_staff=True, is_superuser=True)

    response = Client().get(USERS, headers={"Authorization": f"Bearer {ann.signed_in.access.token}"})

    assert response.status_code == 302


def test_an_admin_session_is_nobody_to_the_api(moderator: Client) -> None:
    assert Api(client=moderator).read("{ viewer { email } }") == {"viewer": None}


def test_staff_that_is_deactivated_is_out_at_once(moderator: Client) -> None:
    User.objects.update(is_active=False)

    assert moderator.get(USERS).status_code == 302


def test_a_page_shows_neither_password_nor_tokens(moderator: Client, ann: Person) -> None:
    page = html.unescape(moderator.get(f"{USERS}{ann.user.pk}/change/").content.decode())
    page += html.unescape(moderator.get(USERS).content.decode())

    user = User.objects.get(username="ann")
    assert "ann@example.com" in page
    for secret in (
        user.password,
        user.password.rpartition("$")[2],
        ann.signed_in.refresh_token,
        ann.signed_in.access.token,
        RefreshToken.objects.filter(session__user=user).get().token_hash,
    ):
        assert secret not in page


def test_sessions_and_tokens_have_no_pages(ann: Person) -> None:
    User.objects.update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(ann.user)

    for model in (Session, RefreshToken):
        assert client.get(f"/admin/accounts/{model._meta.model_name}/").status_code == 404


def test_a_page_shows_what_enrichment_found(db: None, sandbox: Sandbox) -> None:
    sign_up(Api())
    work(1)

    user = User.objects.get(username="grace")
    page = html.unescape(superuser().get(f"{USERS}{user.pk}/change/").content.decode())

    found = Enrichment.objects.get()
    assert found.full_name in page
    assert '"givenName"' in page


@pytest.mark.parametrize(
    "permissions", [["view_user", "change_user"], ["add_user", "delete_user", "view_user"]]
)
def test_forms_are_for_reading_only(ann: Person, permissions: list[str]) -> None:
    client = staff(*permissions)
    before = User.objects.values().get(username="ann")

    pages = [f"{USERS}{ann.user.pk}/change/", f"{USERS}{ann.user.pk}/delete/", f"{USERS}add/"]
    statuses = [client.post(page, {"username": "owned", "post": "yes"}).status_code for page in pages]
    client.post(USERS, {"action": "delete_selected", "post": "yes", "_selected_action": [ann.user.pk]})

    assert statuses == [403, 403, 403]
    assert User.objects.values().get(username="ann") == before


def test_staff_lets_somebody_with_a_rejected_address_write_again(ann: Person) -> None:
    User.objects.filter(pk=ann.user.pk).update(email_verification="REJECTED")

    said = choose(staff("view_user", "change_user"), USERS, "accept", ann.user.pk)

    assert said == ["Accepted the address: 1."]
    assert problems(ann.api.do("createPost", "post { id }", body="Hello.")) == []


def test_an_address_that_was_not_rejected_is_not_accepted(ann: Person) -> None:
    said = choose(staff("view_user", "change_user"), USERS, "accept", ann.user.pk)

    assert said == ["Nothing was done. This address was not rejected."]
    assert entries(ann) == []


def test_an_account_is_found_by_its_key(moderator: Client, ann: Person, bob: Person) -> None:
    assert listed(moderator, q=str(ann.user.pk)) == ["ann"]


def test_a_superuser_deletes_an_account_for_good(ann: Person) -> None:
    client = superuser()

    assert choose(client, USERS, "delete_for_good", ann.user.pk, reason="Asked for.") == ["Deleted: 1."]

    assert (profile(Api(), "ann"), listed(client)) == (None, ["root1"])
    assert refused_reason(ann.api.send("{ viewer { email } }")) == "REVOKED"
    assert entries(ann) == [("root1", "delete_account", "User", "Asked for.")]


def test_a_deleted_account_does_not_come_back(ann: Person) -> None:
    client = superuser()
    choose(client, USERS, "delete_for_good", ann.user.pk)

    assert choose(client, USERS, "reactivate", ann.user.pk) == ["Nothing was there any more."]
    with pytest.raises(ValidationFailure, match="NOT_FOUND"):
        reactivate(ann)
    assert hidden() == {"ann"}


@pytest.mark.parametrize("action", ["delete_for_good", "appoint", "release", "accept"])
def test_a_moderator_cannot_do_what_superusers_do(moderator: Client, ann: Person, action: str) -> None:
    before = User.objects.values().get(username="ann")

    moderator.post(USERS, {"action": action, "reason": "Why not.", "_selected_action": [ann.user.pk]})

    assert User.objects.values().get(username="ann") == before
    assert entries(ann) == []


def test_superusers_appoint_and_release_moderators(ann: Person, bob: Person) -> None:
    appointed()
    client = superuser()

    assert choose(client, USERS, "appoint", ann.user.pk) == ["Appointed: 1."]
    assert choose(browser(ann.user), USERS, "deactivate", bob.user.pk) == ["Deactivated: 1."]
    assert choose(client, USERS, "release", ann.user.pk) == ["Released: 1."]
    assert browser(ann.user).get(USERS).status_code == 302


def test_staff_that_is_no_moderator_any_more_stays_staff(db: None) -> None:
    appointed("mod1")
    mod = User.objects.get(username="mod1")
    mod.user_permissions.set(Permission.objects.filter(codename="view_user"))

    choose(superuser(), USERS, "release", mod.pk)

    assert browser(mod).get(USERS).status_code == 200


def test_the_log_is_found_by_subject_and_cannot_be_changed(
    moderator: Client, ann: Person, bob: Person
) -> None:
    choose(moderator, USERS, "deactivate", ann.user.pk, bob.user.pk)
    entry = ModerationEntry.objects.get(subject_key=ann.user.pk)

    found = moderator.get(ENTRIES, {"q": str(ann.user.pk)}).context["cl"].queryset

    root = superuser()

    assert list(found) == [entry]
    for page in ("add/", f"{entry.pk}/change/", f"{entry.pk}/delete/"):
        assert root.post(f"{ENTRIES}{page}", {"post": "yes"}).status_code == 403


def test_the_admins_own_form_changes_no_password(moderator: Client) -> None:
    before = User.objects.get(username="mod1").password
    form = {"old_password": PASSWORD, "new_password1": "short1!", "new_password2": "short1!"}

    response = moderator.post("/admin/password_change/", form, follow=True)

    assert "changePassword" in response.content.decode()
    assert User.objects.get(username="mod1").password == before
