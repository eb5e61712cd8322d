from collections.abc import Callable

import pytest

from services.breaker import Breaker
from services.clearbit import Clearbit, HunterEnrichment
from services.clearbit import Outcome as Found
from services.hunter import Hunter, Outcome, Verdict
from services.sandbox import SANDBOX_KEY, Sandbox
from services.sandbox_answers import Provider

CIRCUIT_OPEN = Verdict(Outcome.PENDING, "circuit_open")


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def breaker_with(clock: Clock) -> Breaker:
    return Breaker(failures=5, reset_s=30, clock=clock)


def admitted(breaker: Breaker) -> int:
    ticket = breaker.admit()
    assert ticket is not None
    return ticket


def call(breaker: Breaker, *, failed: bool) -> None:
    breaker.settle(admitted(breaker), failed=failed)


def opened(breaker: Breaker) -> Breaker:
    for _ in range(5):
        call(breaker, failed=True)
    return breaker


def test_four_failures_leave_it_closed(clock: Clock) -> None:
    breaker = breaker_with(clock)

    for _ in range(4):
        call(breaker, failed=True)

    assert breaker.admit() is not None


def test_five_failures_in_a_row_open_it(clock: Clock) -> None:
    assert opened(breaker_with(clock)).admit() is None


def test_a_success_between_failures_starts_the_count_anew(clock: Clock) -> None:
    breaker = breaker_with(clock)

    for failed in [True] * 4 + [False] + [True] * 4:
        call(breaker, failed=failed)

    assert breaker.admit() is not None


def test_it_stays_open_until_its_time_is_over(clock: Clock) -> None:
    breaker = opened(breaker_with(clock))

    clock.now_s += 29.9

    assert breaker.admit() is None


def test_one_probe_at_a_time_is_admitted_then(clock: Clock) -> None:
    breaker = opened(breaker_with(clock))

    clock.now_s += 30

    assert breaker.admit() is not None
    clock.now_s += 1000
    assert breaker.admit() is None


def test_a_probe_that_succeeds_closes_it(clock: Clock) -> None:
    breaker = opened(breaker_with(clock))
    clock.now_s += 30

    call(breaker, failed=False)

    for _ in range(4):
        call(breaker, failed=True)
    assert breaker.admit() is not None


def test_a_probe_that_fails_keeps_it_open_for_as_long_again(clock: Clock) -> None:
    breaker = opened(breaker_with(clock))
    clock.now_s += 30

    call(breaker, failed=True)

    clock.now_s += 29.9
    assert breaker.admit() is None
    clock.now_s += 0.1
    assert breaker.admit() is not None


@pytest.mark.parametrize("failed", [True, False])
def test_a_call_from_before_it_opened_changes_nothing(clock: Clock, failed: bool) -> None:
    breaker = breaker_with(clock)
    late = admitted(breaker)
    opened(breaker)
    clock.now_s += 30
    probe = admitted(breaker)

    breaker.settle(late, failed=failed)

    assert breaker.admit() is None
    breaker.settle(probe, failed=False)
    assert breaker.admit() is not None


def test_a_provider_that_is_down_is_left_alone_after_five_questions(
    own_sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    hunter, email = Hunter(api_key=SANDBOX_KEY, base_url=own_sandbox.url), address("")
    own_sandbox.down()

    verdicts = [hunter.verify(email, deadline_s=3) for _ in range(7)]

    assert verdicts == [Verdict(Outcome.PENDING, "http_503")] * 5 + [CIRCUIT_OPEN] * 2
    assert own_sandbox.count(Provider.HUNTER, email) == 5


def test_a_provider_that_is_well_again_is_found_by_the_next_probe(
    own_sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    hunter = Hunter(api_key=SANDBOX_KEY, base_url=own_sandbox.url, breaker_failures=1, breaker_reset_s=0)
    own_sandbox.down()
    hunter.verify(address(""), deadline_s=3)
    own_sandbox.up()

    assert hunter.verify(address(""), deadline_s=3) == Verdict(Outcome.VALID)


@pytest.mark.parametrize("case", ["slow", "dead", "garbage", "down"])
def test_no_usable_answer_counts_as_a_failure(
    case: str, sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    hunter = Hunter(api_key=SANDBOX_KEY, base_url=sandbox.url, breaker_failures=1)

    hunter.verify(address(case), deadline_s=0.3)

    assert hunter.verify(address(""), deadline_s=3) == CIRCUIT_OPEN


@pytest.mark.parametrize(
    "case", ["invalid", "pending", "strange", "wrong", "unauthorized", "limited", "broke", "claimed"]
)
def test_an_answer_of_the_contract_is_no_failure(
    case: str, sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    hunter = Hunter(api_key=SANDBOX_KEY, base_url=sandbox.url, breaker_failures=1)

    hunter.verify(address(case), deadline_s=3)

    assert hunter.verify(address(""), deadline_s=3) == Verdict(Outcome.VALID)


@pytest.mark.parametrize("provider", [Clearbit, HunterEnrichment])
def test_enrichers_have_a_circuit_too(
    provider: type[Clearbit | HunterEnrichment], sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    enricher = provider(api_key=SANDBOX_KEY, base_url=sandbox.url, breaker_failures=1, breaker_reset_s=30)

    enricher.find(address("garbage"), deadline_s=3)

    found = enricher.find(address(""), deadline_s=3)
    assert (found.outcome, found.problem) == (Found.LATER, "circuit_open")
