"""Letting people be found by their names."""

from collections.abc import Iterable

from accounts.models import PersonNames, User


def index_names(users: Iterable[User]) -> None:
    """Write what these people are found by, new or anew, within the caller's transaction.

    One SQL statement for some hundreds of them.
    """
    PersonNames.objects.bulk_create(
        [PersonNames.of(user) for user in users],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["words", "letters"],
    )
