"""GraphQL over HTTP as `graphql-http` audits it, with `make serve`'s own server audited."""

import pytest

from tests.clients.node import FOLDER, Node
from tests.journeys.live import Live

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.xdist_group("http audits"),  # one network, and one run, for all
]

AUDITS = (FOLDER / "http_audits.txt").read_text().splitlines()


@pytest.fixture(scope="module")
def results(node: Node, network: Live) -> dict[str, str]:
    """By audit: `ok`, or what is wrong."""
    found = node.run("http_audits.mjs", f"{network.stack.url}/graphql/")
    return {
        f"{each['id']} {each['name']}": ": ".join(filter(None, (each["status"], each.get("reason"))))
        for each in found
    }


@pytest.mark.parametrize("audit", AUDITS, ids=str)  # without `ids`, pytest numbers long ones
def test_the_server_keeps_to(audit: str, results: dict[str, str]) -> None:
    assert results[audit] == "ok"


def test_there_are_61_audits_and_all_are_kept(results: dict[str, str]) -> None:
    assert results == dict.fromkeys(AUDITS, "ok")
    assert len(results) == len(AUDITS) == 61
