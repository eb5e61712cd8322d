"""What is compiled once finds what the queryset itself finds, whatever it is asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import BigIntegerField, CharField, DateTimeField, Exists, F, OuterRef
from django.test.utils import CaptureQueriesContext

from accounts.models import Session, User
from accounts.prepared import Parameter, Prepared
from tests.people import Person

pytestmark = pytest.mark.database

KEY = Parameter("key", BigIntegerField())
by_key = Prepared(lambda: User.objects.filter(pk=KEY))
session_after = Prepared(
    lambda: Session.objects.select_related("user").filter(
        user=KEY, expires_at__gt=Parameter("now", DateTimeField())
    )
)
counted = Prepared(
    lambda: User.objects.filter(username=Parameter("name", CharField())).annotate(
        twice=F("post_count") * 2,
        is_signed_in=Exists(Session.objects.filter(user=OuterRef("pk"), ended_at=None)),
    )
)


def test_each_call_finds_its_own(ann: Person, bob: Person) -> None:
    assert [by_key.first(key=each.user.pk) for each in (ann, bob, ann)] == [ann.user, bob.user, ann.user]
    assert by_key.first(key=1) is None


def test_an_object_is_as_the_queryset_has_it(ann: Person) -> None:
    found = by_key.first(key=ann.user.pk)

    assert found is not None
    assert vars(found).keys() == vars(User.objects.get(pk=ann.user.pk)).keys()
    assert {name: getattr(found, name) for name in vars(found) if name[0] != "_"} == {
        name: value for name, value in vars(User.objects.get(pk=ann.user.pk)).items() if name[0] != "_"
    }


def test_what_is_related_comes_with_it_in_one_statement(ann: Person) -> None:
    session_after.first(key=ann.user.pk, now=datetime.now(UTC))

    with CaptureQueriesContext(connection) as captured:
        session = session_after.first(key=ann.user.pk, now=datetime.now(UTC))
        assert session is not None
        assert session.user == ann.user

    assert len(captured) == 1


@pytest.mark.parametrize(("later", "found"), [(timedelta(0), True), (timedelta(days=400), False)])
def test_times_are_compared_as_times(ann: Person, later: timedelta, found: bool) -> None:
    assert (session_after.first(key=ann.user.pk, now=datetime.now(UTC) + later) is not None) is found


def test_annotations_are_there_in_their_types(ann: Person) -> None:
    somebody = counted.first(name="ann")

    assert somebody is not None
    assert (vars(somebody)["twice"], vars(somebody)["is_signed_in"]) == (0, True)


@pytest.mark.parametrize("name", ["'; DROP TABLE accounts_user; --", "%s", "%(name)s", "ann' OR '1'='1"])
def test_a_value_is_never_sql(ann: Person, name: str) -> None:
    assert counted.first(name=name) is None
    assert by_key.first(key=ann.user.pk) == ann.user
