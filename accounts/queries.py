"""Reading accounts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import EmailVerification, Enrichment, EnrichmentOutcome, PersonNames, Session, User

MAX_SESSIONS = 50
SOCIAL_URLS = {
    "GITHUB": "https://github.com/{}",
    "LINKEDIN": "https://www.linkedin.com/{}",
    "TWITTER": "https://twitter.com/{}",
}


@dataclass(frozen=True)
class Company:
    """An employer, as typed by the person or found by enrichment."""

    name: str
    domain: str | None = None
    title: str | None = None
    description: str | None = None
    logo_url: str | None = None


@dataclass(frozen=True)
class SocialAccount:
    """An account elsewhere, found by enrichment."""

    service: str
    handle: str
    url: str


@dataclass(frozen=True)
class Profile:
    """What may be shown of a person: their own words first, then what enrichment found."""

    bio: str | None
    location: str | None
    website: str | None
    avatar_url: str | None
    company: Company | None
    time_zone: str | None
    social_accounts: tuple[SocialAccount, ...]


NO_PROFILE = Profile(
    bio=None,
    location=None,
    website=None,
    avatar_url=None,
    company=None,
    time_zone=None,
    social_accounts=(),
)


def profiles(users: Iterable[User], viewer: User | None) -> Mapping[int, Profile]:
    """The profiles of these users as `viewer` may see them, by key. One SQL statement.

    What enrichment found is for its owner at once, and for others once the owner has confirmed the address:
    else guessing an address would reveal a person.
    """
    users = list(users)
    viewer_key = viewer.pk if viewer else None
    found = Enrichment.objects.defer("raw").filter(
        Q(user_id=viewer_key) | Q(user__email_verification=EmailVerification.CONFIRMED),
        user_id__in=[user.pk for user in users],
        outcome=EnrichmentOutcome.DONE,
    )
    by_user = {enrichment.pk: enrichment for enrichment in found}
    return {user.pk: _profile(user, by_user.get(user.pk, Enrichment())) for user in users}


def living_sessions(user: User) -> QuerySet[Session]:
    """Where somebody is signed in, last used first: the 50 last used. What was left unused for so long that
    its refresh token died is over.
    """
    now = datetime.now(UTC)
    living = Session.objects.filter(user=user, ended_at=None, expires_at__gt=now)
    living = living.filter(last_used_at__gt=now - settings.REFRESH_TOKEN_IDLE)
    return living.order_by("-last_used_at", "-pk")[:MAX_SESSIONS]


def called(*names: Q) -> "QuerySet[PersonNames, int]":
    """The keys of the people of whose names (`PersonNames`) all of this holds, for use within a statement.

    A set that is found first: SQLite would else read every person and look at the names last.
    """
    return PersonNames.objects.filter(*names).values_list("user_id", flat=True)


def _profile(user: User, found: Enrichment) -> Profile:
    return Profile(
        bio=_own_or_found(user.bio, found.bio),
        location=_own_or_found(user.location, found.location),
        website=_own_or_found(user.website, found.website),
        avatar_url=_own_or_found(user.avatar_url, found.avatar_url),
        company=_company(user, found),
        time_zone=found.time_zone or None,
        social_accounts=tuple(
            SocialAccount(service, handle, SOCIAL_URLS[service].format(handle))
            for service, handle in [
                ("GITHUB", found.github),
                ("LINKEDIN", found.linkedin),
                ("TWITTER", found.twitter),
            ]
            if handle
        ),
    )


def _own_or_found(own: str | None, found: str) -> str | None:
    return (found if own is None else own) or None


def _company(user: User, found: Enrichment) -> Company | None:
    if user.company_name is not None:
        own = Company(user.company_name, user.company_domain or None, user.company_title or None)
        return own if own.name else None
    if not found.company_name:
        return None
    return Company(
        name=found.company_name,
        domain=found.company_domain or None,
        title=found.company_title or None,
        description=found.company_description or None,
        logo_url=found.company_logo_url or None,
    )
