"""What tests of the API's shape share."""

import pytest

from tests.client import Api
from tests.people import api_of
from tests.schema.sight import Sight
from tests.schema.worlds import Sizes, World, build_world


@pytest.fixture
def world(db: None) -> World:
    """Some people with all that ties them and all they write; nobody deactivated."""
    return build_world(Sizes(people=7, posts=30, seed=39), hidden=0)


@pytest.fixture
def sight(world: World) -> Sight:
    """What one of them sees, who has at least two of everything that lists show."""
    return Sight(world, world.people[0])


@pytest.fixture
def reader(sight: Sight) -> Api:
    """The API as that person calls it."""
    return api_of(sight.viewer)
