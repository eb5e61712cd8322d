"""What people get by mail, and what they do with the links in it, over HTTP."""

import re
from email.message import Message
from typing import Any

from django.core import mail

from accounts.tasks import due_mails
from tests.accounts.steps import NEW_PASSWORD, TOKENS
from tests.client import Api
from tests.people import PASSWORD

LINK = re.compile(r"/account/#(?:reset-password|confirm-email)=(\S+)")


def deliver() -> None:
    """Send what is due, as the worker does."""
    for step in due_mails(100):
        step()


def letters(address: str) -> list[Message]:
    """What an address has got so far, the latest last."""
    deliver()
    return [sent.message() for sent in mail.outbox if sent.to == [address]]


def subjects(address: str) -> list[str]:
    """What the mails to an address are about."""
    return [str(letter["Subject"]) for letter in letters(address)]


def bodies(letter: Message) -> dict[str, str]:
    """The texts of a mail by their types."""
    parts: list[Any] = [part for part in letter.walk() if not part.is_multipart()]
    return {part.get_content_type(): part.get_payload(decode=True).decode() for part in parts}


def token_for(address: str) -> str:
    """The token of the link in the latest mail to an address."""
    found = LINK.search(bodies(letters(address)[-1])["text/plain"])
    assert found is not None
    return found[1]


def ask_reset(email: str, api: Api | None = None) -> Any:
    """The payload of `requestPasswordReset`."""
    return (api or Api()).do("requestPasswordReset", "", email=email)


def reset_token(email: str = "ann@example.com") -> str:
    """A token to set a new password with, fresh from the mail."""
    assert ask_reset(email)["errors"] == []
    return token_for(email)


def reset(token: str, password: str = NEW_PASSWORD) -> Any:
    """The payload of `resetPassword`."""
    return Api().do("resetPassword", f"user {{ username }} {TOKENS}", token=token, newPassword=password)


def ask_confirmation(api: Api, **given: Any) -> Any:
    """The payload of `requestEmailConfirmation`."""
    return api.do("requestEmailConfirmation", "", **given)


def confirmation_token(api: Api, email: str) -> str:
    """A token to confirm one's present address with, fresh from the mail."""
    assert ask_confirmation(api)["errors"] == []
    return token_for(email)


def change_token(api: Api, email: str, password: str = PASSWORD) -> str:
    """A token to change one's address with, fresh from the mail to the new one."""
    assert ask_confirmation(api, email=email, password=password)["errors"] == []
    return token_for(email)


def confirm(token: str, api: Api | None = None) -> Any:
    """The payload of `confirmEmail`."""
    return (api or Api()).do("confirmEmail", "user { username }", token=token)


def viewer(api: Api) -> tuple[str, str]:
    """One's address, and what is known about it."""
    read = api.read("{ viewer { email emailVerification } }")["viewer"]
    return read["email"], read["emailVerification"]
