"""Documents that a stale token must not keep anybody from: signing up, in and out."""

from collections.abc import Callable

import pytest

from tests.accounts.forgery import good_claims, signed
from tests.accounts.steps import TOKENS, refused_reason
from tests.client import Api
from tests.people import PASSWORD, Person

pytestmark = pytest.mark.any_database

SIGN_IN = f'tokenAuth(input: {{username: "ann", password: "{PASSWORD}"}}) {{ token errors {{ code }} }}'
SIGN_UP = f"""signup(input: {{username: "grace", email: "grace@example.com", password: "{PASSWORD}"}}) {{
    user {{ username }} errors {{ code }} }}"""
REVOKE_ALL = "revokeToken(input: {}) { revokedCount }"
REVOKE_UNKNOWN = 'revokeToken(input: {refreshToken: "unknown"}) { revokedCount errors { code } }'
OTHER = 'updateProfile(input: {bio: "x"}) { user { id } }'

BAD_HEADERS: dict[str, Callable[[Person], str]] = {
    "expired": lambda person: f"Bearer {signed({**good_claims(person), 'exp': 1})}",
    "revoked": lambda person: f"Bearer {signed({**good_claims(person), 'sid': '1'})}",
    "forged": lambda person: f"Bearer {signed(good_claims(person), secret='x' * 40)}",
    "nonsense": lambda person: "Basic nonsense",
}


@pytest.fixture(params=BAD_HEADERS)
def header(request: pytest.FixtureRequest, ann: Person) -> str:
    """A header that does not say who is asking."""
    return BAD_HEADERS[request.param](ann)


def test_signing_in_works_under_a_bad_header(header: str) -> None:
    payload = Api().send(f"mutation {{ {SIGN_IN} }}", Authorization=header).data["tokenAuth"]

    assert Api(payload["token"]).read("{ viewer { email } }") == {"viewer": {"email": "ann@example.com"}}


def test_signing_up_works_under_a_bad_header(header: str) -> None:
    reply = Api().send(f"mutation {{ {SIGN_UP} }}", Authorization=header)

    assert reply.body == {"data": {"signup": {"user": {"username": "grace"}, "errors": []}}}


def test_refreshing_works_under_a_bad_header(header: str, ann: Person) -> None:
    document = f"mutation($token: String!) {{ refreshToken(input: {{refreshToken: $token}}) {{ {TOKENS} }} }}"

    reply = Api().send(document, {"token": ann.signed_in.refresh_token}, Authorization=header)

    assert Api(reply.data["refreshToken"]["token"]).send("{ viewer { email } }").status == 200


def test_signing_out_works_under_a_bad_header(header: str, ann: Person) -> None:
    document = "mutation($token: String) { revokeToken(input: {refreshToken: $token}) { revokedCount } }"

    reply = Api().send(document, {"token": ann.signed_in.refresh_token}, Authorization=header)

    assert reply.body == {"data": {"revokeToken": {"revokedCount": 1}}}


def test_revoking_all_under_a_bad_header_is_asked_by_nobody(header: str, ann: Person) -> None:
    reply = Api().send(f"mutation {{ {REVOKE_ALL} }}", Authorization=header)

    (error,) = reply.errors
    assert (reply.status, reply.data) == (200, {"revokeToken": None})
    assert (error["path"], reply.codes) == (["revokeToken"], ["UNAUTHENTICATED"])
    assert ann.api.send("{ viewer { email } }").status == 200


def test_revoking_all_does_not_spoil_the_rest_of_the_answer(header: str) -> None:
    reply = Api().send(f"mutation {{ {REVOKE_ALL} {SIGN_IN} }}", Authorization=header)

    assert (reply.codes, reply.data["tokenAuth"]["errors"]) == (["UNAUTHENTICATED"], [])


@pytest.mark.parametrize(
    "document",
    [
        f"mutation {{ mine: {REVOKE_UNKNOWN} }}",
        f"mutation {{ a: {REVOKE_UNKNOWN} b: {REVOKE_UNKNOWN} }}",
        f"mutation {{ ...F }} fragment F on Mutation {{ {REVOKE_UNKNOWN} }}",
        f"mutation {{ ...F ...F }} fragment F on Mutation {{ ... on Mutation {{ {REVOKE_UNKNOWN} }} }}",
        f"mutation {{ ... {{ {REVOKE_UNKNOWN} }} }}",
        f"mutation {{ {REVOKE_UNKNOWN} ... @skip(if: true) {{ {SIGN_IN} }} }}",
    ],
)
def test_a_document_of_open_fields_is_open_however_it_is_written(header: str, document: str) -> None:
    reply = Api().send(document, Authorization=header)

    assert (reply.status, reply.errors) == (200, [])


@pytest.mark.parametrize(
    "document",
    [
        "{ viewer { email } }",
        "{ __typename }",
        "{ __schema { queryType { name } } }",
        f"mutation {{ {OTHER} }}",
        f"mutation {{ {REVOKE_UNKNOWN} {OTHER} }}",
        f"mutation {{ {OTHER} {REVOKE_UNKNOWN} }}",
        f"mutation {{ tokenAuth: {OTHER} }}",
        f"mutation {{ {REVOKE_UNKNOWN} ...F }} fragment F on Mutation {{ {OTHER} }}",
        f"mutation {{ {REVOKE_UNKNOWN} ... {{ ... on Mutation {{ {OTHER} }} }} }}",
        f"mutation {{ {REVOKE_UNKNOWN} ... @skip(if: true) {{ {OTHER} }} }}",
        f"mutation {{ {REVOKE_UNKNOWN} ...F }} fragment F on Mutation {{ ...F {OTHER} }}",
        f"mutation {{ {REVOKE_UNKNOWN} nothing }}",
        "mutation { ...Unknown }",
        "query A { viewer { email } } query B { viewer { email } }",
        "not graphql",
    ],
)
def test_any_other_document_is_refused(header: str, document: str) -> None:
    assert refused_reason(Api().send(document, Authorization=header)) in ("EXPIRED", "REVOKED", "INVALID")


def test_only_the_chosen_operation_decides(header: str) -> None:
    document = f"mutation A {{ {REVOKE_UNKNOWN} }} query B {{ viewer {{ email }} }}"

    def status(operation: str) -> int:
        response = Api().client.post(
            "/graphql/",
            {"query": document, "operationName": operation},
            content_type="application/json",
            headers={"Authorization": header},
        )
        return response.status_code

    assert (status("A"), status("B")) == (200, 401)


def test_what_fails_validation_under_a_bad_header_still_says_so(header: str) -> None:
    reply = Api().send("mutation { tokenAuth { nothing } }", Authorization=header)

    assert set(reply.codes) == {"GRAPHQL_VALIDATION_FAILED"}


def test_under_a_good_header_signing_in_gives_the_account_of_the_password(ann: Person, bob: Person) -> None:
    reply = bob.api.send(f"mutation {{ {SIGN_IN} }}")

    viewer = Api(reply.data["tokenAuth"]["token"]).read("{ viewer { email } }")
    assert viewer == {"viewer": {"email": "ann@example.com"}}


@pytest.mark.parametrize(
    "field", [OTHER, 'changePassword(input: {currentPassword: "x", newPassword: "y"}) { token }', REVOKE_ALL]
)
def test_what_needs_sign_in_is_an_error_at_its_path_for_nobody(api: Api, field: str) -> None:
    reply = api.send(f"mutation {{ {field} }}")

    name = field.partition("(")[0]
    assert (reply.status, reply.codes, reply.data) == (200, ["UNAUTHENTICATED"], {name: None})
    assert reply.errors[0]["path"] == [name]
