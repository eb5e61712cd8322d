"""Clients that others made, and a running network for them to ask."""

from collections.abc import Iterator

import pytest

from tests.clients.node import FOLDER, Node
from tests.journeys.conftest import running
from tests.journeys.live import Live
from tests.machine import lacking, needed


@pytest.fixture(scope="session")
def node() -> Node:
    """Node, with the packages that this folder's lock file names."""
    path = needed("node", packages="nodejs npm")
    if not (FOLDER / "node_modules").exists():
        lacking("Packages of npm are needed to test with: `make test` installs them.")
    return Node(path)


@pytest.fixture(scope="module")
def network(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Real processes, as `make serve` runs them; none are started where there is no Node to ask them."""
    with running(tmp_path_factory.mktemp("network")) as live:
        yield live
