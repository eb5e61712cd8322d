"""What tests of the API's shape share."""

import pytest

from tests.schema.worlds import Sizes, World, build_world


@pytest.fixture
def world(db: None) -> World:
    """Some people with posts, replies, likes and edits; nobody hidden."""
    return build_world(Sizes(people=5, posts=20, seed=1), hidden=0)
