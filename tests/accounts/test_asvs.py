"""Each requirement of OWASP ASVS 5.0 that docs/security.md claims, by its number; it names tests of more."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.test import Client
from graphql import GraphQLInterfaceType, GraphQLObjectType
from limits import parse
from pytest_django import Settings

from accounts.actions.deletion import delete_user
from accounts.models import Session, User
from schema.schema import schema
from social import settings as shipped
from tests.accounts.forgery import claims_of, good_claims, signed
from tests.accounts.letters import (
    ask_confirmation,
    change_token,
    confirmation_token,
    letters,
    reset,
    reset_token,
    subjects,
)
from tests.accounts.steps import (
    NEW_PASSWORD,
    another_session,
    at,
    refresh,
    refusals,
    refused_reason,
    sign_in,
    sign_up,
)
from tests.accounts.test_change_password import change
from tests.accounts.throttling import attempt, fail, throttled
from tests.client import Api, problems
from tests.people import PASSWORD, Person, deactivate
from tests.staff import USERS, appointed, choose

ROOT = Path(__file__).resolve().parent.parent.parent
SECURITY = (ROOT / "docs/security.md").read_text()
VIEWER = "{ viewer { email } }"
LIMITS = [
    *("FAILED_SIGN_INS_PER_PAIR", "FAILED_SIGN_INS_PER_ADDRESS", "FAILED_SIGN_INS_PER_ACCOUNT"),
    *("SIGNUPS_PER_ADDRESS", "RESET_MAILS_PER_ADDRESS", "CONFIRMATION_MAILS_PER_ACCOUNT"),
]


def written_down(setting: str) -> str:
    """The default of a setting, as the README has it."""
    found = re.search(rf"^\| `{setting}` \| `(.+?)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def goes_on(api: Api) -> bool:
    """Whether somebody is still signed in."""
    return api.send(VIEWER).status == 200


def too_weak(password: str) -> bool:
    """Whether no account is opened with this password."""
    name = f"grace{User.objects.count()}"
    refused = refusals(Api(), username=name, email=f"{name}@example.com", password=password)
    return [field for _, field in refused] == ["input.password"]


# --- Authentication ------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", LIMITS)
def test_v6_1_1_the_limits_are_those_that_are_written_down(setting: str) -> None:
    assert getattr(shipped, setting) == parse(written_down(setting))


def test_v6_1_1_whoever_is_shut_out_by_others_gets_in_by_the_mail_for_a_lost_password(
    ann: Person, settings: Settings
) -> None:
    settings.FAILED_SIGN_INS_PER_ACCOUNT = parse("3/hour")
    settings.RESET_MAILS_PER_ADDRESS = parse("1/hour")
    for number in range(3):
        fail(1, address=f"198.51.100.{number}")

    assert throttled(attempt(password=PASSWORD))
    assert goes_on(ann.api)
    assert goes_on(Api(reset(reset_token())["token"]))


def test_v6_1_2_the_words_of_the_context_are_written_down() -> None:
    assert written_down("PASSWORD_CONTEXT_WORDS").split(",") == shipped.PASSWORD_CONTEXT_WORDS


def test_v6_1_3_all_ways_in_are_written_down() -> None:
    for payload in ways_in():
        mutation = payload.removesuffix("Payload")
        assert f"`{mutation[0].lower()}{mutation[1:]}`" in SECURITY


def test_v6_2_1_a_password_has_at_least_8_characters(db: None) -> None:
    assert too_weak("v8hx0qp")
    assert shipped.PASSWORD_MIN_LENGTH >= 8


def test_v6_2_2_people_change_their_password(ann: Person) -> None:
    change(ann.api)

    assert sign_in(Api(), "ann", NEW_PASSWORD)["errors"] == []
    assert sign_in(Api(), "ann")["token"] is None


def test_v6_2_3_that_needs_the_present_one(ann: Person) -> None:
    assert problems(change(ann.api, current="wrong")) == [("INVALID_CREDENTIALS", "input.currentPassword")]
    assert sign_in(Api(), "ann")["errors"] == []


def test_v6_2_4_none_of_the_3_000_commonest_passwords_is_accepted(db: None) -> None:
    common = CommonPasswordValidator().passwords
    long_enough = sorted(password for password in common if len(password) >= shipped.PASSWORD_MIN_LENGTH)

    assert (len(common) > 3_000, len(long_enough) > 500) == (True, True)
    assert [password for password in long_enough[::20] if not too_weak(password)] == []


@pytest.mark.parametrize("password", ["hzkwqpvjxbmd", "HZKWQPVJXBMD", "840265193705", "-=/.;][,+_&%"])
def test_v6_2_5_no_kind_of_character_is_asked_for(db: None, password: str) -> None:
    assert not too_weak(password)


def test_v6_2_6_password_fields_are_masked(client: Client) -> None:
    page = client.get("/account/").content.decode()

    assert re.findall(r'<input id="password" type="(\w+)"', page) == ["password"]


def test_v6_2_7_pasting_and_password_managers_are_not_in_the_way(client: Client) -> None:
    page = client.get("/account/").content.decode()

    assert re.findall(r'<input id="password"[^>]* autocomplete="([\w-]+)"', page) == ["new-password"]
    assert "paste" not in page + client.get("/static/account/account.js").getvalue().decode()


@pytest.mark.parametrize(
    "sent", ["a Long enough\x00 pass ", "a Long enough\x00 pass", "a long enough\x00 pass "]
)
def test_v6_2_8_a_password_is_taken_to_the_letter(api: Api, sent: str) -> None:
    password = "a Long enough\x00 pass "
    sign_up(api, password=password)

    assert (sign_in(api, "grace", sent)["errors"] == []) is (sent == password)


def test_v6_2_9_a_password_may_have_64_characters_and_more(api: Api) -> None:
    password = "correct horse battery staple " * 4

    assert sign_up(api, password=password)["errors"] == []
    assert sign_in(api, "grace", password)["errors"] == []


def test_v6_2_10_a_password_stays_valid_until_its_owner_changes_it(ann: Person) -> None:
    with at(days=3650):
        assert sign_in(Api(), "ann")["errors"] == []


@pytest.mark.parametrize("word", shipped.PASSWORD_CONTEXT_WORDS)
def test_v6_2_11_words_of_the_context_make_no_password(db: None, word: str) -> None:
    assert too_weak(f"{word}-{word.upper()}-26")


def test_v6_3_1_guesses_in_large_numbers_are_held_up(ann: Person, settings: Settings) -> None:
    settings.FAILED_SIGN_INS_PER_PAIR = shipped.FAILED_SIGN_INS_PER_PAIR

    assert fail(12) == [False] * 10 + [True] * 2


def test_v6_3_2_there_are_no_accounts_to_begin_with(db: None) -> None:
    assert not User.objects.exists()


def ways_in() -> list[str]:
    """The payloads that carry tokens."""
    interface = schema.graphql_schema.type_map["AuthPayload"]
    assert isinstance(interface, GraphQLInterfaceType)
    return sorted(each.name for each in schema.graphql_schema.get_implementations(interface).objects)


def test_v6_3_4_these_are_all_ways_to_be_signed_in() -> None:
    assert ways_in() == [
        "ChangePasswordPayload",
        "RefreshTokenPayload",
        "ResetPasswordPayload",
        "SignupPayload",
        "TokenAuthPayload",
    ]


def test_v6_3_7_people_are_told_when_what_they_sign_in_with_changes(ann: Person) -> None:
    change(ann.api)
    Api().do("confirmEmail", "", token=change_token(ann.api, "new@example.com", NEW_PASSWORD))

    assert len(subjects("ann@example.com")) == 2


def test_v6_4_1_what_is_sent_to_set_a_password_works_once_and_for_an_hour(ann: Person) -> None:
    old, used, fresh = reset_token(), reset_token(), reset_token()
    assert len({old, used, fresh}) == 3

    with at(minutes=61):
        assert reset(old)["token"] is None
    assert [reset(used)["token"] is None for _ in range(2)] == [False, True]
    assert PASSWORD not in str(letters("ann@example.com")[0])


def test_v6_4_2_nothing_asks_for_hints_or_secret_answers() -> None:
    types = [kind for kind in schema.graphql_schema.type_map.values() if isinstance(kind, GraphQLObjectType)]

    names = {name.lower() for kind in types for name in kind.fields}
    assert [name for name in names if any(word in name for word in ("hint", "question", "answer"))] == []


def test_v6_4_3_a_forgotten_password_is_replaced_by_a_link_and_all_sessions_end(ann: Person) -> None:
    payload = reset(reset_token())

    assert (goes_on(ann.api), goes_on(Api(payload["token"]))) == (False, True)
    assert [sign_in(Api(), "ann", each)["token"] is None for each in (PASSWORD, NEW_PASSWORD)] == [
        True,
        False,
    ]


# --- Sessions ------------------------------------------------------------------------------------------


def test_v7_1_1_how_long_sessions_last_is_written_down_as_it_is() -> None:
    idle, all_in_all = shipped.REFRESH_TOKEN_IDLE.days, shipped.SESSION_LIFETIME.days

    assert f"a session ends after {idle} days without use, and after {all_in_all} in any case" in SECURITY


def test_v7_1_2_any_number_of_sessions_go_on_and_the_50_last_used_are_shown(ann: Person) -> None:
    first = another_session(ann)
    for _ in range(59):
        another_session(ann)

    assert goes_on(Api(first.access.token))
    assert len(ann.api.read("{ viewer { sessions { id } } }")["viewer"]["sessions"]) == 50
    assert "any number of sessions; they see the 50 last used" in SECURITY


def test_v7_2_1_the_server_checks_a_token(ann: Person) -> None:
    forged = signed(good_claims(ann), secret="a key that somebody else has made up")

    assert refused_reason(Api(forged).send(VIEWER)) == "INVALID"


def test_v7_2_2_each_session_has_tokens_of_its_own(ann: Person) -> None:
    first, second = sign_in(Api(), "ann"), sign_in(Api(), "ann")

    assert claims_of(first["token"])["sid"] != claims_of(second["token"])["sid"]
    assert first["refreshToken"] != second["refreshToken"]


def test_v7_2_3_a_refresh_token_has_256_random_bits(ann: Person) -> None:
    tokens = {another_session(ann).refresh_token for _ in range(20)}

    assert len(tokens) == 20
    assert {len(token) * 6 // 8 for token in tokens} == {32}  # bytes
    assert all(len(set(column)) > 1 for column in zip(*tokens, strict=True))


@pytest.mark.parametrize(("days", "over"), [(29, False), (31, True)])
def test_v7_3_1_an_unused_session_ends(ann: Person, days: int, over: bool) -> None:
    with at(days=days):
        assert (refresh(Api(), ann.signed_in.refresh_token)["token"] is None) is over


def test_v7_3_2_a_session_ends_in_any_case(ann: Person) -> None:
    token = ann.signed_in.refresh_token
    for day in (29, 58, 87):
        with at(days=day):
            token = refresh(Api(), token)["refreshToken"]

    with at(days=91):
        assert refresh(Api(), token)["token"] is None


def test_v7_4_1_the_tokens_of_an_ended_session_are_of_no_use(ann: Person) -> None:
    ann.api.do("revokeToken", "revokedCount", refreshToken=ann.signed_in.refresh_token)

    assert refused_reason(ann.api.send(VIEWER)) == "REVOKED"
    assert refresh(Api(), ann.signed_in.refresh_token)["token"] is None


def test_v7_4_2_who_is_disabled_or_deleted_has_no_session(ann: Person, bob: Person) -> None:
    deactivate(ann)
    delete_user(user_id=bob.user.pk)

    assert not Session.objects.filter(ended_at=None).exists()
    assert [refused_reason(each.api.send(VIEWER)) for each in (ann, bob)] == ["REVOKED"] * 2


def test_v7_4_3_a_new_password_ends_all_other_sessions(ann: Person) -> None:
    other = Api(another_session(ann).access.token)

    change(ann.api)

    assert (goes_on(other), goes_on(ann.api)) == (False, True)


def test_v7_4_5_moderators_end_somebodys_sessions(ann: Person) -> None:
    choose(appointed(), USERS, "deactivate", ann.user.pk)

    assert not goes_on(ann.api)


def test_v7_5_1_the_password_is_asked_for_before_the_address_or_the_password_changes(ann: Person) -> None:
    assert problems(ask_confirmation(ann.api, email="new@example.com")) == [("REQUIRED", "input.password")]
    assert problems(change(ann.api, current="")) == [("INVALID_CREDENTIALS", "input.currentPassword")]


# --- Self-contained tokens -----------------------------------------------------------------------------


def test_v9_1_1_a_token_whose_signature_is_wrong_says_nothing(ann: Person) -> None:
    head, claims, signature = ann.signed_in.access.token.split(".")

    for forged in (
        f"{head}.{claims}.{signature[::-1]}",
        f"{head}.{claims}.",
        f"{head}.{claims[:-2]}.{signature}",
    ):
        assert refused_reason(Api(forged).send(VIEWER)) == "INVALID"


@pytest.mark.parametrize("algorithm", ["none", "None", "HS384", "RS256", "EdDSA"])
def test_v9_1_2_a_token_does_not_choose_its_algorithm(ann: Person, algorithm: str) -> None:
    token = signed(good_claims(ann), header={"alg": algorithm})

    assert refused_reason(Api(token).send(VIEWER)) == "INVALID"


@pytest.mark.parametrize("name", ["jku", "jwk", "x5u", "x5c"])
def test_v9_1_3_keys_come_from_the_settings_never_from_the_token(ann: Person, name: str) -> None:
    mine = "a key that somebody else has made up"
    sent = {"jwk": {"kty": "oct", "k": mine}}.get(name, "https://example.com/keys")

    token = signed(good_claims(ann), secret=mine, header={"alg": "HS256", name: sent})

    assert refused_reason(Api(token).send(VIEWER)) == "INVALID"


def test_v9_2_1_a_token_is_valid_for_its_span(ann: Person) -> None:
    with at(seconds=301):
        assert refused_reason(ann.api.send(VIEWER)) == "EXPIRED"


def test_v9_2_2_nothing_else_that_we_sign_is_an_access_token(ann: Person) -> None:
    cursor = ann.api.read("{ users(first: 1) { pageInfo { endCursor } } }")["users"]["pageInfo"]["endCursor"]
    others = [
        ann.signed_in.refresh_token,
        confirmation_token(ann.api, "ann@example.com"),
        reset_token(),
        cursor,
        PASSWORD,
    ]

    assert {refused_reason(Api(other).send(VIEWER)) for other in others} == {"INVALID"}


@pytest.mark.parametrize("claim", ["iss", "aud"])
def test_v9_2_3_a_token_for_another_service_is_refused(ann: Person, claim: str) -> None:
    token = signed({**good_claims(ann), claim: "another-service"})

    assert refused_reason(Api(token).send(VIEWER)) == "INVALID"


def test_v9_2_4_a_token_says_for_which_service_it_is(ann: Person) -> None:
    assert good_claims(ann)["aud"] == good_claims(ann)["iss"] == "social"
