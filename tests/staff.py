"""Staff for tests, and what they do in the admin, as a browser does it."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.test import Client

from accounts.actions.moderation import MODERATORS, appoint_moderator
from accounts.models import User
from tests.people import REASON, make_person, moderator

USERS = "/admin/accounts/user/"
POSTS = "/admin/content/post/"
QUEUE = "/admin/content/reportedsubject/"
REPORTS = "/admin/content/report/"
ENTRIES = "/admin/accounts/moderationentry/"
GROUPS = "/admin/auth/group/"


def browser(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def staff(*permissions: str, username: str = "clerk") -> Client:
    """Somebody of the staff with these permissions and no group."""
    user = make_person(username).user
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return browser(user)


def make_group() -> None:
    """The group of moderators, where a test that needed real transactions has emptied the tables."""
    if not Group.objects.filter(name=MODERATORS).exists():
        import_module("content.migrations.0001_initial").make_group(apps, None)


def appointed(username: str = "mod1") -> Client:
    """A moderator, as a superuser appoints one."""
    make_group()
    user = make_person(username).user
    appoint_moderator(moderator=moderator(), user_id=user.pk, reason=REASON)
    return browser(User.objects.get(pk=user.pk))


def superuser(username: str = "root1") -> Client:
    """Somebody who may everything."""
    return browser(User.objects.create_superuser(username, f"{username}@example.com", "no password"))


def choose(client: Client, page: str, action: str, *keys: int | None, reason: str = REASON) -> list[str]:
    """Choose rows of a list and do something to them. Returns: what is said about it."""
    form = {"action": action, "reason": reason, "_selected_action": list(keys)}
    response: Any = client.post(page, form)
    assert (response.status_code, response["Location"]) == (302, page)
    shown = client.get(page)
    return [str(message) for message in get_messages(shown.wsgi_request)]
