"""Access tokens that somebody made up."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.tokens import SigningKey
from tests.accounts.forgery import KID, SECRET, base64url, claims_of, good_claims, signed
from tests.accounts.steps import refused_reason, sign_in
from tests.client import Api
from tests.people import Person

VIEWER = "{ viewer { email } }"
ANN = {"viewer": {"email": "ann@example.com"}}
FUTURE = 4_000_000_000

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner)
)
some_examples = example_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def reason(token: str) -> str:
    """Why this token is refused."""
    return refused_reason(Api(token).send(VIEWER))


def ed25519_key() -> str:
    """A fresh private key, as the settings have it."""
    return base64.b64encode(ed25519.Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def public_pem(key: str) -> str:
    """Its public half, as a file has it."""
    public: ed25519.Ed25519PublicKey = SigningKey.of(key, "EdDSA").public
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.PEM, form).decode()


def use_keys(settings: Settings, algorithm: str, *keys: str) -> None:
    """Let the server sign and verify with other keys."""
    settings.JWT_KEYS = list(keys)
    settings.GRAPHQL_JWT = {**settings.GRAPHQL_JWT, "JWT_ALGORITHM": algorithm}


@pytest.fixture
def public_key(settings: Settings) -> str:
    """The server signs with Ed25519; its public key."""
    key = ed25519_key()
    use_keys(settings, "EdDSA", key)
    return public_pem(key)


def test_a_token_signed_by_hand_with_the_right_key_is_accepted(ann: Person) -> None:
    assert Api(signed(good_claims(ann))).read(VIEWER) == ANN


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_a_token_without_a_signature_is_refused(ann: Person, algorithm: str | None, signature: str) -> None:
    header, payload = json.dumps({"alg": algorithm}), json.dumps(good_claims(ann))

    token = f"{base64url(header.encode())}.{base64url(payload.encode())}.{signature}"

    assert reason(token) == "INVALID"


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "RS256", "ES256", "EdDSA", "hs256", ["HS256"], {}])
def test_the_token_does_not_choose_its_algorithm(ann: Person, algorithm: object) -> None:
    assert reason(signed(good_claims(ann), header={"alg": algorithm})) == "INVALID"


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
@pytest.mark.filterwarnings("ignore:The HMAC key is:jwt.warnings.InsecureKeyLengthWarning")
def test_the_right_key_with_another_algorithm_is_refused(ann: Person, algorithm: str) -> None:
    assert reason(jwt.encode(good_claims(ann), SECRET, algorithm, headers={"kid": KID})) == "INVALID"


def test_another_key_is_refused(ann: Person) -> None:
    assert reason(signed(good_claims(ann), secret="x" * 40)) == "INVALID"


def test_an_rsa_signature_is_refused(ann: Person) -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    assert reason(jwt.encode(good_claims(ann), key, "RS256", headers={"kid": KID})) == "INVALID"


@pytest.mark.parametrize("kid", ["another", "", None, 1, [], {}], ids=repr)
def test_a_token_that_names_no_key_of_ours_is_refused(ann: Person, kid: object) -> None:
    assert reason(signed(good_claims(ann), header={"alg": "HS256", "kid": kid})) == "INVALID"


def test_a_new_key_in_front_signs_and_the_old_one_still_verifies(settings: Settings, ann: Person) -> None:
    use_keys(settings, "HS256", "n" * 40, SECRET)

    fresh = sign_in(Api(), "ann")["token"]

    assert jwt.get_unverified_header(fresh)["kid"] == SigningKey.of("n" * 40, "HS256").kid
    assert [Api(token).read(VIEWER) for token in (fresh, ann.signed_in.access.token)] == [ANN, ANN]


def test_a_key_that_was_taken_away_verifies_nothing(settings: Settings, ann: Person) -> None:
    use_keys(settings, "HS256", "n" * 40)

    assert reason(ann.signed_in.access.token) == "INVALID"


@pytest.mark.parametrize("name", ["sub", "sid", "jti", "iat", "exp", "iss", "aud"])
@pytest.mark.parametrize("how", ["absent", "null"])
def test_every_claim_is_required(ann: Person, name: str, how: str) -> None:
    claims = {**good_claims(ann), name: None}
    if how == "absent":
        del claims[name]

    assert reason(signed(claims)) == "INVALID"


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": {"social": 1}},
        {"iss": "another"},
        {"iss": ["social"]},
        {"sub": 1},
        {"sub": "ann"},
        {"sub": "-1"},
        {"sub": "1.0"},
        {"sub": "\u0661"},
        {"sub": "9" * 5_000},
        {"sub": str(2**63)},
        {"sub": ""},
        {"sid": "x"},
        {"sid": {}},
        {"exp": "soon"},
        {"exp": []},
        {"nbf": FUTURE},
        {"jti": 5},
    ],
    ids=str,
)
def test_a_claim_that_is_not_ours_is_refused(ann: Person, change: dict[str, Any]) -> None:
    assert reason(signed({**good_claims(ann), **change})) == "INVALID"


def test_a_token_that_expired_a_second_ago_is_refused(ann: Person) -> None:
    now = int(datetime.now(UTC).timestamp())

    assert reason(signed({**good_claims(ann), "exp": now - 1})) == "EXPIRED"


def test_a_session_does_not_serve_another_person(ann: Person, bob: Person) -> None:
    assert reason(signed({**good_claims(ann), "sub": str(bob.user.pk)})) == "REVOKED"


def test_a_session_that_never_was_is_refused(ann: Person) -> None:
    assert reason(signed({**good_claims(ann), "sid": "1"})) == "REVOKED"


def test_no_letter_of_a_token_can_be_changed(ann: Person) -> None:
    good = ann.signed_in.access.token
    letters = [good[:at] + ("B" if good[at] == "A" else "A") + good[at + 1 :] for at in range(len(good) - 1)]

    assert {reason(bad) for bad in letters} == {"INVALID"}


@pytest.mark.parametrize(
    "token",
    [
        "x" * 50_000,
        ".".join("a" * 20_000 for _ in range(3)),
        "." * 10_000,
        f"{base64url(b'[' * 30_000)}.e30.AAAA",
        signed(b"[" * 30_000),
        signed({"pad": "x" * 50_000}),
    ],
    ids=["letters", "three parts", "dots", "deep header", "deep claims", "wide claims"],
)
def test_a_huge_token_is_refused_like_any_other(db: None, token: str) -> None:
    assert reason(token) == "INVALID"


@given(token=st.text(st.characters(min_codepoint=33, max_codepoint=255)))
@example_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_text_is_a_token(db: None, token: str) -> None:
    assert reason(token) == "INVALID"


@pytest.mark.long
@given(header=json_values, claims=st.dictionaries(st.sampled_from(["sub", "sid", "exp", "x"]), json_values))
@example_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_rightly_signed_nonsense_is_a_token(db: None, header: object, claims: object) -> None:
    everything = {"alg": "HS256", "x": header}

    assert reason(signed(claims, header=everything)) == "INVALID"
    assert reason(signed(claims, header=json.dumps(header).encode())) == "INVALID"


def test_with_ed25519_configured_tokens_are_signed_by_it(public_key: str, ann: Person) -> None:
    token = sign_in(Api(), "ann")["token"]

    assert jwt.get_unverified_header(token)["alg"] == "EdDSA"
    assert jwt.decode(token, public_key, ["EdDSA"], audience="social")["sub"] == str(ann.user.pk)
    assert Api(token).read(VIEWER) == ANN


def test_with_ed25519_configured_the_old_secret_signs_no_more(public_key: str, ann: Person) -> None:
    assert reason(signed(claims_of(ann.signed_in.access.token))) == "INVALID"


@pytest.mark.parametrize("header", [{"alg": "HS256"}, {"alg": "EdDSA"}])
def test_the_public_key_cannot_be_used_as_a_secret(
    settings: Settings, public_key: str, ann: Person, header: dict[str, str]
) -> None:
    header["kid"] = SigningKey.of(settings.JWT_KEYS[0], "EdDSA").kid
    for secret in (public_key, public_key.strip(), public_key.replace("\n", "")):
        assert reason(signed(good_claims(ann), secret=secret, header=header)) == "INVALID"


def test_another_ed25519_key_is_refused(settings: Settings, public_key: str, ann: Person) -> None:
    headers = {"kid": SigningKey.of(settings.JWT_KEYS[0], "EdDSA").kid}
    other = SigningKey.of(ed25519_key(), "EdDSA").private

    assert reason(jwt.encode(good_claims(ann), other, "EdDSA", headers=headers)) == "INVALID"
