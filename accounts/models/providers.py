"""What third parties are asked about people, and what they said."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.bases import Job
from accounts.models.people import User


class ProviderJob(Job):
    """Something to ask a third party about one account, until an answer has come."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="%(class)s")
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class EmailCheck(ProviderJob):
    """Ask Hunter again about an address that it could not judge at signup."""

    def __str__(self) -> str:
        return f"e-mail check of user {self.user_id}"


class EnrichmentOutcome(models.TextChoices):
    """How the question who somebody is has ended so far."""

    PENDING = "PENDING"
    DONE = "DONE"
    NOT_FOUND = "NOT_FOUND"
    STOPPED = "STOPPED"
    GAVE_UP = "GAVE_UP"


class Enrichment(ProviderJob):
    """What a data provider knows about a person. Never mixed with what the person wrote."""

    outcome = models.CharField(
        max_length=9, choices=EnrichmentOutcome.choices, default=EnrichmentOutcome.PENDING
    )
    raw = models.JSONField(null=True, help_text="The provider's answer as it came; for staff.")
    full_name = models.CharField(max_length=100, blank=True)
    bio = models.CharField(max_length=500, blank=True)
    location = models.CharField(max_length=100, blank=True)
    time_zone = models.CharField(max_length=100, blank=True)
    website = models.CharField(max_length=300, blank=True)
    avatar_url = models.CharField(max_length=300, blank=True)
    company_name = models.CharField(max_length=100, blank=True)
    company_domain = models.CharField(max_length=253, blank=True)
    company_title = models.CharField(max_length=100, blank=True)
    company_description = models.CharField(max_length=500, blank=True)
    company_logo_url = models.CharField(max_length=300, blank=True)
    github = models.CharField(max_length=100, blank=True)
    linkedin = models.CharField(max_length=100, blank=True)
    twitter = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=EnrichmentOutcome.values), name="enrichment_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome=EnrichmentOutcome.PENDING, next_attempt_at__isnull=False)
                | (~Q(outcome=EnrichmentOutcome.PENDING) & Q(next_attempt_at__isnull=True)),
                name="enrichment_pending_has_a_next_attempt",
            ),
        ]

    def __str__(self) -> str:
        return f"enrichment of user {self.user_id}"
