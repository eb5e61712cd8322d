"""What moderators see and do."""

import html
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Enrichment, RefreshToken, Session, User
from services.sandbox import Sandbox
from tests.accounts.steps import profile, refused_reason, sign_in, sign_up, work
from tests.client import Api, problems
from tests.people import PASSWORD, Person, make_person

USERS = "/admin/accounts/user/"


def staff(*permissions: str, username: str = "moderator1") -> Client:
    """A browser in which somebody of the staff is signed in, by the admin's own form."""
    user = make_person(username).user
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    form = {"username": username.upper(), "password": PASSWORD, "next": USERS}
    response = client.post("/admin/login/", form)
    assert (response.status_code, response["Location"]) == (302, USERS)
    return client


@pytest.fixture
def moderator(db: None) -> Client:
    """Somebody who may look at accounts and change them."""
    return staff("view_user", "change_user", "view_enrichment")


def choose(client: Client, action: str, *users: User) -> Any:
    """Choose people in the list and do something to them."""
    return client.post(USERS, {"action": action, "_selected_action": [user.pk for user in users]})


def listed(client: Client, **query: str) -> list[str]:
    """Usernames in the list of people."""
    response = client.get(USERS, query)
    assert response.status_code == 200
    return [user.username for user in response.context["cl"].result_list]


@pytest.mark.parametrize("query", ["ann", "ANN", "ann@example.com", "Ann@EXAMPLE", "Lee"])
def test_people_are_found_by_name_and_address(
    moderator: Client, ann: Person, bob: Person, query: str
) -> None:
    User.objects.filter(username="ann").update(display_name="Ann Lee")

    assert listed(moderator, q=query) == ["ann"]


def test_the_latest_people_come_first(moderator: Client, ann: Person, bob: Person) -> None:
    assert listed(moderator) == ["bob", "ann", "moderator1"]


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
    assert choose(moderator, "deactivate", ann.user).status_code == 302

    assert refused_reason(ann.api.send("{ viewer { email } }")) == "REVOKED"
    assert problems(sign_in(Api(), "ann")) == [("INVALID_CREDENTIALS", None)]
    assert (profile(bob.api, "ann"), profile(bob.api, "bob")["username"]) == (None, "bob")


def test_reactivating_undoes_it_but_for_the_sessions(moderator: Client, ann: Person) -> None:
    choose(moderator, "deactivate", ann.user)

    choose(moderator, "reactivate", ann.user)

    assert profile(Api(), "ann")["username"] == "ann"
    assert sign_in(Api(), "ann")["errors"] == []
    assert refused_reason(ann.api.send("{ viewer { email } }")) == "REVOKED"


def test_several_people_are_deactivated_in_one_go(moderator: Client, ann: Person, bob: Person) -> None:
    choose(moderator, "deactivate", ann.user, bob.user)

    assert set(User.objects.filter(is_active=False).values_list("username", flat=True)) == {"ann", "bob"}


def test_what_was_done_is_written_down(moderator: Client, ann: Person) -> None:
    choose(moderator, "deactivate", ann.user)

    history = moderator.get(f"{USERS}{ann.user.pk}/history/").content.decode()
    assert "Deactivated." in history
    assert "moderator1" in history


def test_who_may_only_look_can_deactivate_nobody(ann: Person) -> None:
    client = staff("view_user")
    assert "ann" in listed(client)

    choose(client, "deactivate", ann.user)

    assert ann.api.send("{ viewer { email } }").status == 200


def test_staff_without_a_permission_see_nobody(ann: Person) -> None:
    client = staff()

    assert client.get(USERS).status_code == 403
    assert client.get(f"{USERS}{ann.user.pk}/change/").status_code == 403


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


def test_a_page_shows_what_enrichment_found(moderator: Client, sandbox: Sandbox) -> None:
    sign_up(Api())
    work(1)

    user = User.objects.get(username="grace")
    page = html.unescape(moderator.get(f"{USERS}{user.pk}/change/").content.decode())

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
    choose(client, "delete_selected", ann.user)

    assert statuses == [403, 403, 403]
    assert User.objects.values().get(username="ann") == before


def test_a_moderator_lets_somebody_with_a_rejected_address_write_again(
    moderator: Client, ann: Person
) -> None:
    User.objects.filter(pk=ann.user.pk).update(email_verification="REJECTED")

    choose(moderator, "accept", ann.user)

    assert problems(ann.api.do("createPost", "post { id }", body="Hello.")) == []
