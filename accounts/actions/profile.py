"""Changing what one says about oneself."""

from dataclasses import dataclass
from typing import TypedDict, Unpack

from django.db import transaction

from accounts.actions.names import index_names
from accounts.failures import Code, Problems
from accounts.models import User
from accounts.standing import ensure_may_write
from accounts.text import DOMAIN, clean_text, clean_url


@dataclass(frozen=True)
class CompanyChange:
    """An employer as typed by the person."""

    name: str
    domain: str | None = None
    title: str | None = None


class ProfileChanges(TypedDict, total=False):
    """What to change: a field left out stays, None clears it."""

    display_name: str | None
    bio: str | None
    location: str | None
    website: str | None
    avatar_url: str | None
    company: CompanyChange | None


def update_profile(*, user: User, **changes: Unpack[ProfileChanges]) -> User:
    """Change one's profile. What is cleared stays empty: enrichment does not fill it again.

    Raises: ValidationFailure with REQUIRED, INVALID, TOO_LONG or NOT_ALLOWED.
    """
    ensure_may_write(user)
    problems = Problems()
    columns: dict[str, str] = {}
    if "display_name" in changes:
        columns["display_name"] = clean_text(
            changes["display_name"] or "", problems, "display_name", max_length=50, single_line=True
        )
    if "bio" in changes:
        columns["bio"] = clean_text(changes["bio"] or "", problems, "bio", max_length=500)
    if "location" in changes:
        columns["location"] = clean_text(
            changes["location"] or "", problems, "location", max_length=100, single_line=True
        )
    if "website" in changes:
        columns["website"] = clean_url(changes["website"] or "", problems, "website")
    if "avatar_url" in changes:
        columns["avatar_url"] = clean_url(changes["avatar_url"] or "", problems, "avatar_url")
    if "company" in changes:
        columns |= _company_columns(changes["company"], problems)
    problems.raise_if_any()
    with transaction.atomic():
        if columns:
            User.objects.filter(pk=user.pk).update(**columns)
        changed = User.objects.get(pk=user.pk)
        if "display_name" in columns:
            index_names([changed])
    return changed


def _company_columns(company: CompanyChange | None, problems: Problems) -> dict[str, str]:
    if company is None:
        return {"company_name": "", "company_domain": "", "company_title": ""}
    name = clean_text(
        company.name, problems, "company", "name", max_length=100, required=True, single_line=True
    )
    title = clean_text(company.title or "", problems, "company", "title", max_length=100, single_line=True)
    domain = (company.domain or "").strip().lower()
    if domain and not DOMAIN.fullmatch(domain):
        problems.add(Code.INVALID, "This is not a domain name.", "company", "domain")
    return {"company_name": name, "company_domain": domain, "company_title": title}
