"""Access tokens that somebody made up."""

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

from tests.accounts.forgery import SECRET, base64url, claims_of, good_claims, signed
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


def pem_pair() -> tuple[str, str]:
    """A fresh Ed25519 key and its public half."""
    key = ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), public_pem(key.public_key())


def public_pem(key: ed25519.Ed25519PublicKey | rsa.RSAPublicKey) -> str:
    """A public key as a file has it."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


@pytest.fixture
def public_key(settings: Settings) -> str:
    """The server signs with Ed25519; its public key."""
    private, public = pem_pair()
    settings.GRAPHQL_JWT = {
        **settings.GRAPHQL_JWT,
        "JWT_ALGORITHM": "EdDSA",
        "JWT_PRIVATE_KEY": private,
        "JWT_PUBLIC_KEY": public,
    }
    return public


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
    assert reason(jwt.encode(good_claims(ann), SECRET, algorithm)) == "INVALID"


def test_another_key_is_refused(ann: Person) -> None:
    assert reason(signed(good_claims(ann), secret="x" * 40)) == "INVALID"


def test_an_rsa_signature_is_refused(ann: Person) -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    assert reason(jwt.encode(good_claims(ann), key, "RS256")) == "INVALID"


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
    public_key: str, ann: Person, header: dict[str, str]
) -> None:
    for secret in (public_key, public_key.strip(), public_key.replace("\n", "")):
        assert reason(signed(good_claims(ann), secret=secret, header=header)) == "INVALID"


def test_another_ed25519_key_is_refused(public_key: str, ann: Person) -> None:
    assert reason(jwt.encode(good_claims(ann), pem_pair()[0], "EdDSA")) == "INVALID"
