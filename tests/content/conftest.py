"""What tests of what happens between people share."""

import pytest

from tests.people import Person, make_person


@pytest.fixture
def carol(db: None) -> Person:
    """A third person, called carol."""
    return make_person("carol")
