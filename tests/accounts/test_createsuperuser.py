"""`manage.py createsuperuser`: how the first moderator comes to be."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from tests.accounts.steps import email_verification, refusals, sign_in
from tests.client import Api
from tests.people import PASSWORD, Person


@pytest.fixture
def create(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password comes from the environment, as Django's command reads it."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)


def create_superuser(username: str = "Root_User", email: str = "Root@Example.com") -> None:
    """Run the command without a terminal."""
    call_command("createsuperuser", interactive=False, username=username, email=email, verbosity=0)


def test_a_superuser_signs_in_to_the_admin(create: None) -> None:
    create_superuser()
    client = Client()

    client.post("/admin/login/", {"username": "root_user", "password": PASSWORD})

    assert client.get("/admin/accounts/user/").status_code == 200


def test_a_superuser_signs_in_to_the_api_like_everybody(create: None) -> None:
    create_superuser()

    payload = sign_in(Api(), "root@example.com")

    assert payload["errors"] == []
    assert email_verification(Api(payload["token"])) == "UNCONFIRMED"


def test_name_and_address_of_a_superuser_are_taken_whatever_the_case(create: None) -> None:
    create_superuser()

    assert refusals(Api(), username="rOOT_USER", email="rOOT@example.COM") == [
        ("TAKEN", "input.username"),
        ("TAKEN", "input.email"),
    ]


def test_a_taken_name_is_refused_whatever_its_case(create: None, ann: Person) -> None:
    with pytest.raises(CommandError, match="already taken"):
        create_superuser(username="ANN")

    assert User.objects.count() == 1


def test_the_rules_of_names_and_addresses_hold_for_superusers_too(create: None, ann: Person) -> None:
    for changes in ({"username": "no good"}, {"email": "ANN@example.com"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            create_superuser(**changes)

    assert User.objects.count() == 1
