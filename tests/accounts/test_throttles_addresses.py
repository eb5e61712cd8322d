"""Whom a request comes from, and who counts as one."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from limits import parse
from pytest_django import Settings

from accounts.addresses import Network, client_address, neighbourhood, parse_address
from accounts.models import Session
from tests.accounts.throttling import attempt, fail
from tests.people import PASSWORD, Person

OURS = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
ipv4 = st.integers(0, 2**32 - 1).map(IPv4Address)
ipv6 = st.integers(0, 2**128 - 1).map(IPv6Address)
networks = st.integers(1, 2**64 - 1)  # in the lowest lie the mapped addresses of IPv4
hosts = st.integers(0, 2**64 - 1)
addresses = (ipv4 | ipv6).map(str)
ours = st.integers(0, 2**24 - 1).map(
    lambda host: f"10.{host >> 16}.{host >> 8 & 255}.{host & 255}"
) | st.integers(0, 2**64 - 1).map(lambda host: str(IPv6Address(0xFD << 120 | host)))
unreadable = st.text(alphabet="x-. _/[]") | st.sampled_from(
    ["192.0.2.01", "192.0.2.1:", "192.0.2.1:x", "192.0.2.1:123456", "[2001:db8::1", "[2001:db8::1]x", "[]:80"]
)
ports = st.integers(0, 65535)
chains = st.lists(ours, max_size=4)
strangers = addresses.filter(lambda text: not _is_ours(text))


def _is_ours(text: str) -> bool:
    parsed = parse_address(text)
    return parsed is not None and any(parsed in network for network in OURS)


def canonical(text: str) -> str:
    return str(parse_address(text))


@given(addresses, st.text())
def test_without_a_trusted_proxy_the_header_is_never_believed(remote: str, header: str) -> None:
    assert client_address(remote, header, []) == canonical(remote)


@given(strangers, st.text())
def test_a_stranger_who_connects_is_never_believed(remote: str, header: str) -> None:
    assert client_address(remote, header, OURS) == canonical(remote)


@given(st.text(), strangers, chains, ours)
def test_whatever_a_client_makes_up_the_outermost_of_our_proxies_saw_it(
    made_up: str, client: str, between: list[str], remote: str
) -> None:
    header = ", ".join([made_up, client, *between])

    assert client_address(remote, header, OURS) == canonical(client)


@given(ipv4 | ipv6, ports, chains, ours)
def test_a_proxy_may_name_the_port_too_and_put_ipv6_in_brackets(
    client: IPv4Address | IPv6Address, port: int, between: list[str], remote: str
) -> None:
    host = f"[{client}]" if isinstance(client, IPv6Address) else str(client)
    forms = {f"{host}:{port}", host}
    assume(not _is_ours(str(client)))

    for form in forms:
        header = ", ".join([form, *between])
        assert client_address(remote, header, OURS) == canonical(str(client))


@given(unreadable, chains, ours)
def test_what_cannot_be_read_ends_the_walk(malformed: str, between: list[str], remote: str) -> None:
    header = ",".join(["192.0.2.1", malformed, *between])

    assert client_address(remote, header, OURS) == canonical(between[0] if between else remote)


@given(ours, ours)
def test_when_all_are_ours_it_is_the_first_of_them(first: str, remote: str) -> None:
    assert client_address(remote, first, OURS) == canonical(first)


@given(st.text(), st.text(), st.lists(st.sampled_from(OURS)))
def test_it_is_an_address_or_nothing_whatever_comes(
    remote: str, header: str, trusted: Sequence[Network]
) -> None:
    found = client_address(remote, header, trusted)

    assert found is None or str(ip_address(found)) == found


@given(ipv4)
def test_ipv4_written_as_ipv6_is_ipv4(address: IPv4Address) -> None:
    assert parse_address(f"::ffff:{address}") == address
    assert neighbourhood(f"::ffff:{address}") == str(address)


@given(networks, hosts, hosts)
def test_one_address_of_a_64_stands_for_all_of_it(network: int, one: int, other: int) -> None:
    first, second = IPv6Address(network << 64 | one), IPv6Address(network << 64 | other)

    assert neighbourhood(str(first)) == neighbourhood(str(second))
    assert second in IPv6Network(neighbourhood(str(first)))


@given(st.lists(networks, min_size=2, max_size=2, unique=True), hosts)
def test_another_64_is_counted_by_itself(pair: list[int], host: int) -> None:
    first, second = (IPv6Address(network << 64 | host) for network in pair)

    assert neighbourhood(str(first)) != neighbourhood(str(second))


@given(ipv4, ipv4)
def test_each_ipv4_address_is_counted_by_itself(one: IPv4Address, other: IPv4Address) -> None:
    assert (neighbourhood(str(one)) == neighbourhood(str(other))) == (one == other)


@pytest.mark.parametrize("unknown", [None, "", "unknown", "localhost", "192.0.2.1:80", "192.0.2.01"])
def test_who_is_not_known_is_one_with_all_who_are_not(unknown: str | None) -> None:
    assert neighbourhood(unknown) == "unknown"


def test_a_zone_makes_no_difference() -> None:
    assert client_address("fe80::1%eth0", "", []) == "fe80::1"


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.FAILED_SIGN_INS_PER_PAIR = parse("3/15 minutes")


def test_neighbours_in_a_64_share_a_limit_and_others_do_not(ann: Person) -> None:
    fail(2, address="2001:db8:0:1::1")
    fail(1, address="2001:db8:0:1:ffff::2")

    assert fail(1, address="2001:db8:0:1::3") == [True]
    assert fail(1, address="2001:db8:0:2::1") == [False]


def test_a_made_up_header_changes_nothing(ann: Person) -> None:
    spoofed = [fail(1, X_Forwarded_For=f"198.51.100.{number}") for number in range(4)]

    assert spoofed == [[False], [False], [False], [True]]


def test_behind_a_trusted_proxy_each_client_is_counted_apart(ann: Person, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = OURS
    fail(3, address="10.0.0.1", X_Forwarded_For="203.0.113.9, 198.51.100.1")

    assert fail(1, address="10.0.0.1", X_Forwarded_For="203.0.113.10, 198.51.100.1") == [True]
    assert fail(1, address="10.0.0.1", X_Forwarded_For="198.51.100.2") == [False]


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("9.9.9.9:1234", "9.9.9.9"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:55", "2001:db8::1"),
        ("[::ffff:9.9.9.9]:55", "9.9.9.9"),
        ("[fe80::1%eth0]:55", "fe80::1"),
        ("2001:db8::1:55", "2001:db8::1:55"),  # without brackets, that is no port
    ],
)
def test_each_form_in_which_proxies_say_who_called_is_read(said: str, client: str) -> None:
    assert client_address("10.0.0.1", said, OURS) == client


def test_a_session_remembers_the_client_and_not_the_proxy(ann: Person, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = OURS

    attempt(password=PASSWORD, address="10.0.0.1", X_Forwarded_For="2001:db8::1, 10.0.0.2")

    assert Session.objects.latest("pk").ip_address == "2001:db8::1"
