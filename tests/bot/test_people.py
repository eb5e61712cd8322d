"""The people of a run have names that the server takes and that no other run has."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.people import new_run_id, person, post_body, post_key
from bot.rules import Place

SEEDS = st.integers(0, 10**18)
PLACES = st.builds(Place, st.integers(0, 10**6), st.integers(0, 100))


@given(st.integers(0, 10**6), SEEDS)
def test_a_username_is_of_the_form_that_the_server_takes(index: int, seed: int) -> None:
    somebody = person(index, seed=seed, run=new_run_id(), email_domain="example.com")

    assert re.fullmatch(r"[A-Za-z0-9_]{3,30}", somebody.username)


@given(st.integers(0, 10**6), SEEDS)
def test_the_password_is_long_and_is_not_made_of_the_name(index: int, seed: int) -> None:
    somebody = person(index, seed=seed, run="0123456789", email_domain="example.com")

    assert re.fullmatch(r"[0-9a-f]{40}", somebody.password)
    assert "0123456789" not in somebody.password  # three letters of a first name can be hex by chance


def test_two_runs_with_one_seed_share_no_name_address_or_password() -> None:
    runs = [new_run_id(), new_run_id()]

    first, second = (person(0, seed=1, run=run, email_domain="example.com") for run in runs)

    assert first.username != second.username
    assert first.email != second.email
    assert first.password != second.password


def test_the_users_of_a_run_have_a_name_each() -> None:
    names = {person(index, seed=1, run="r", email_domain="example.com").username for index in range(1000)}

    assert len(names) == 1000


@given(PLACES, SEEDS)
def test_a_post_has_the_same_text_each_time(place: Place, seed: int) -> None:
    body = post_body(place, seed=seed)

    assert body == post_body(place, seed=seed)
    assert 1 <= len(body) <= 5000


@given(PLACES, PLACES)
def test_a_key_stands_for_one_post(one: Place, other: Place) -> None:
    run = new_run_id()

    assert (post_key(one, run=run) == post_key(other, run=run)) == (one == other)
    assert len(post_key(one, run=run)) <= 64
