"""The private view of one's account, and what reading accounts costs in SQL."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Enrichment, User
from services.sandbox import Sandbox
from tests.accounts.steps import PROFILE, sign_in, sign_up, work
from tests.client import Api
from tests.people import Person, make_person

PRIVATE = "email emailVerification timeZone"


def test_nobody_is_null_and_no_error(api: Api) -> None:
    assert api.send(f"{{ viewer {{ {PRIVATE} user {{ id }} }} }}").body == {"data": {"viewer": None}}


def test_one_sees_ones_own_account(ann: Person) -> None:
    assert ann.api.read(f"{{ viewer {{ {PRIVATE} user {{ id username isViewer }} }} }}") == {
        "viewer": {
            "email": "ann@example.com",
            "emailVerification": "UNCONFIRMED",
            "timeZone": None,
            "user": {"id": ann.id, "username": "ann", "isViewer": True},
        }
    }


@pytest.mark.parametrize("state", ["CONFIRMED", "VALID", "UNCONFIRMED", "PENDING", "REJECTED"])
def test_each_state_of_the_address_is_told(ann: Person, state: str) -> None:
    User.objects.update(email_verification=state)

    assert ann.api.read("{ viewer { emailVerification } }") == {"viewer": {"emailVerification": state}}


@pytest.mark.parametrize(
    "field", ["email", "emailVerification", "timeZone", "password", "isStaff", "rawEnrichment"]
)
def test_what_is_private_is_no_field_of_a_user(ann: Person, field: str) -> None:
    reply = ann.api.send(f'{{ user(username: "ann") {{ {field} }} }}')

    assert reply.codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_a_fresh_profile_is_empty(ann: Person) -> None:
    document = f'{{ user(username: "ann") {{ {PROFILE} postCount isViewer }} }}'

    assert Api().read(document)["user"] == {
        "id": ann.id,
        "username": "ann",
        "displayName": "ann",
        **dict.fromkeys(["bio", "avatarUrl", "location", "website", "company"]),
        "socialAccounts": [],
        "postCount": 0,
        "isViewer": False,
    }


def test_the_viewer_costs_two_statements(
    ann: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # the session with its user; what enrichment found
        ann.api.read(f"{{ viewer {{ {PRIVATE} user {{ {PROFILE} isViewer postCount }} }} }}")


def test_the_viewers_own_columns_cost_one_statement(
    ann: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        ann.api.read("{ viewer { email emailVerification user { id username displayName joinedAt } } }")


@pytest.mark.parametrize("others", [0, 15])
def test_profiles_cost_the_same_for_one_and_for_many(
    ann: Person, django_assert_num_queries: DjangoAssertNumQueries, others: int
) -> None:
    for _ in range(others):
        make_person()

    with django_assert_num_queries(3):  # the session; the people; what enrichment found
        data = ann.api.read(f"{{ users(first: 50) {{ nodes {{ {PROFILE} isViewer postCount }} }} }}")

    assert len(data["users"]["nodes"]) == others + 1


@pytest.mark.parametrize("others", [0, 8])
def test_enriched_profiles_cost_no_more(
    api: Api, sandbox: Sandbox, django_assert_num_queries: DjangoAssertNumQueries, others: int
) -> None:
    for number in range(others + 1):
        sign_up(api, username=f"grace{number}", email=f"grace{number}@example.com")
    work(1)
    User.objects.update(email_verification="CONFIRMED")

    with django_assert_num_queries(2):  # the people; what enrichment found
        data = api.read(f"{{ users(first: 50) {{ nodes {{ {PROFILE} }} }} }}")

    bios = [node["bio"] for node in data["users"]["nodes"]]
    assert sorted(bios) == sorted(Enrichment.objects.values_list("bio", flat=True))


@pytest.mark.parametrize("others", [0, 15])
def test_signing_up_and_in_cost_the_same_among_one_and_among_many(
    api: Api, django_assert_num_queries: DjangoAssertNumQueries, others: int
) -> None:
    for _ in range(others):
        make_person()

    with django_assert_num_queries(11):  # names looked up, present and former; five rows; two transactions
        sign_up(api)
    with django_assert_num_queries(9):  # the account looked up and locked; three rows; two transactions
        sign_in(api, "grace")
