"""Rows about who you are, with the constraints that hold whatever the code does."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.keys import key_time, new_key
from accounts.parts import SearchableText
from accounts.text import email_key
from accounts.words import letters, name_words

NAMES_APART = "\x1f"  # between two names; neither they nor what is looked for have it

MAX_REASON = 500  # characters


class EmailVerification(models.TextChoices):
    """What is known about whether a person's address receives mail."""

    CONFIRMED = "CONFIRMED"
    VALID = "VALID"
    UNCONFIRMED = "UNCONFIRMED"
    PENDING = "PENDING"
    REJECTED = "REJECTED"


class TimeOrdered(models.Model):
    """A row whose key tells when it was created."""

    id = models.BigIntegerField(primary_key=True, default=new_key, editable=False)

    class Meta:
        abstract = True

    @property
    def created_at(self) -> datetime:
        """When the row was created, in UTC."""
        return key_time(self.pk)


class UserManager(BaseUserManager["User"]):
    """Finds users by name whatever the case, as Django's own sign-in (the admin's) asks."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Raises: User.DoesNotExist."""
        return self.get(username_lower=(username or "").lower())

    def create_superuser(self, username: str, email: str, password: str | None = None) -> "User":
        """An account for staff, as `manage.py createsuperuser` makes it; its address is taken on trust."""
        user = self.model(
            username=username,
            email=email,
            email_key=email_key(email),
            email_verification=EmailVerification.UNCONFIRMED,
            is_staff=True,
            is_superuser=True,
        )
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            PersonNames.of(user).save(using=self._db)
        return user


class User(TimeOrdered, AbstractBaseUser, PermissionsMixin):
    """A person's account and what they wrote about themselves.

    A profile text is NULL as long as the person never touched it (enrichment shows through), "" when they
    cleared it (nothing shows), else what they wrote.
    """

    username = models.CharField(max_length=30, unique=True)
    username_lower = models.GeneratedField(
        expression=Lower("username"), output_field=models.CharField(max_length=30), db_persist=True
    )
    email = models.EmailField(max_length=254)
    email_key = models.CharField(max_length=254, editable=False, help_text="The address without its case.")
    email_verification = models.CharField(
        max_length=11, choices=EmailVerification.choices, default=EmailVerification.PENDING
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    display_name = models.CharField(max_length=50, blank=True)
    bio = models.CharField(max_length=500, null=True, blank=True)
    location = models.CharField(max_length=100, null=True, blank=True)
    website = models.CharField(max_length=300, null=True, blank=True)
    avatar_url = models.CharField(max_length=300, null=True, blank=True)
    company_name = models.CharField(max_length=100, null=True, blank=True)
    company_domain = models.CharField(max_length=253, blank=True)
    company_title = models.CharField(max_length=100, blank=True)

    post_count = models.PositiveIntegerField(default=0, help_text="Public posts, replies included.")
    follower_count = models.PositiveIntegerField(default=0)
    following_count = models.PositiveIntegerField(default=0)
    deleted_at = models.DateTimeField(
        null=True, editable=False, help_text="When the account was deleted; its rows are being taken away."
    )

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects = UserManager()

    class Meta:
        permissions: ClassVar = [("moderate_user", "Can deactivate and reactivate accounts")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["username_lower"], name="user_username_unique_any_case"),
            models.UniqueConstraint(fields=["email_key"], name="user_email_unique_any_case"),
            models.CheckConstraint(
                condition=Q(username__regex=r"^[A-Za-z0-9_]{3,30}$"), name="user_username_form"
            ),
            models.CheckConstraint(
                condition=Q(email_verification__in=EmailVerification.values),
                name="user_email_verification_known",
            ),
            models.CheckConstraint(condition=Q(post_count__gte=0), name="user_post_count_not_negative"),
            models.CheckConstraint(
                condition=Q(follower_count__gte=0), name="user_follower_count_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(following_count__gte=0), name="user_following_count_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(is_active=False), name="user_deleted_is_not_active"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["post_count", "id"], name="user_by_post_count"),
            models.Index(fields=["follower_count", "id"], name="user_by_follower_count"),
            models.Index(fields=["id"], condition=Q(deleted_at__isnull=False), name="user_deleted"),
        ]

    def __str__(self) -> str:
        return f"@{self.username}"


class PersonNames(models.Model):
    """What somebody is found by. Written with their names.

    A row of its own: the person's changes with each post and follower, and its every change would be one of
    the many entries that these have in their indexes.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="names")
    words = SearchableText(help_text="The words of both names, folded.")
    letters = SearchableText(help_text="Both names without their case.")

    def __str__(self) -> str:
        return f"names of user {self.user_id}"

    @classmethod
    def of(cls, user: User) -> "PersonNames":
        """The row that belongs to a person as they are called now; not written."""
        names = (user.username, user.display_name)
        return cls(user=user, words=name_words(*names), letters=letters(NAMES_APART.join(names)))


class ModerationEntry(TimeOrdered):
    """What a moderator did, to whom or what, and why. Outlives what it is about: it names keys only."""

    moderator = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="moderation")
    action = models.CharField(max_length=50)
    subject_type = models.CharField(max_length=10)
    subject_key = models.BigIntegerField()
    reason = models.CharField(max_length=MAX_REASON)

    class Meta:
        verbose_name_plural = "moderation entries"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="moderation_entry_says_why"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_key"], name="moderation_entry_by_subject")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_key}"


class Session(TimeOrdered):
    """One sign-in, and all the tokens that followed from it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    user_agent = models.CharField(max_length=200, blank=True)
    ip_address = models.GenericIPAddressField(null=True)
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"session {self.pk}"


class RefreshToken(models.Model):
    """A single-use token that trades for a new pair. Only its SHA-256 is kept."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="successors")
    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(
        null=True, help_text="Another token took this one's place before it was used."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token_hash"], name="refresh_token_hash_unique"),
        ]

    def __str__(self) -> str:
        return f"refresh token of session {self.session_id}"


class ThrottleCount(models.Model):
    """How many attempts somebody made within a window of time (see `accounts/throttles.py`)."""

    key = models.CharField(primary_key=True, max_length=150)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} attempts until {self.expires_at:%H:%M:%S}"


class Job(models.Model):
    """Something that is tried in the background until it is done.

    The row is the truth: a job is due when `next_attempt_at` has passed, and settled when it is NULL. A
    worker claims a job by moving `next_attempt_at` to the end of its lease, so that a worker that died
    only delays it.
    """

    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, db_index=True)
    problem = models.CharField(max_length=100, blank=True, help_text="Why the last attempt settled nothing.")

    class Meta:
        abstract = True


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


class MailKind(models.TextChoices):
    """What a mail is about."""

    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105  # a kind of mail, not a password
    EMAIL_CONFIRMATION = "EMAIL_CONFIRMATION"
    EMAIL_CHANGE = "EMAIL_CHANGE"
    ADDRESS_TAKEN = "ADDRESS_TAKEN"
    EMAIL_CHANGED = "EMAIL_CHANGED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105


class Mail(TimeOrdered, Job):
    """A mail that is to be sent, and what the link in it may still do.

    The link's token is not kept: it is the row's key, signed (see `accounts/mails.py`).
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="mails", help_text="NULL until it is known."
    )
    kind = models.CharField(max_length=18, choices=MailKind.choices)
    to = models.EmailField(max_length=254)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    ip_address = models.GenericIPAddressField(null=True, help_text="Where it was asked for from.")
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=MailKind.values), name="mail_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} mail {self.pk}"


class AuditEvent(models.TextChoices):
    """What happened to an account."""

    SIGNED_UP = "SIGNED_UP"
    SIGNED_IN = "SIGNED_IN"
    SIGN_IN_REFUSED = "SIGN_IN_REFUSED"
    SESSION_ENDED = "SESSION_ENDED"
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105  # an event, not a token
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105
    PASSWORD_REFUSED = "PASSWORD_REFUSED"  # noqa: S105  # where it is asked for once more
    PASSWORD_RESET_MAILED = "PASSWORD_RESET_MAILED"  # noqa: S105
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105
    EMAIL_CHANGE_MAILED = "EMAIL_CHANGE_MAILED"
    EMAIL_CHANGED = "EMAIL_CHANGED"
    EMAIL_CONFIRMED = "EMAIL_CONFIRMED"
    EXPORT_REQUESTED = "EXPORT_REQUESTED"
    EXPORT_FETCHED = "EXPORT_FETCHED"
    DEACTIVATED = "DEACTIVATED"
    REACTIVATED = "REACTIVATED"
    DELETED = "DELETED"


class AuditEntry(TimeOrdered):
    """Something that happened to an account, and from where."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="audit", db_index=False)
    event = models.CharField(max_length=23, choices=AuditEvent.choices)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "audit entries"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(event__in=AuditEvent.values), name="audit_event_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "id"], name="audit_by_user")]

    def __str__(self) -> str:
        return f"{self.event} of user {self.user_id}"


class FormerName(models.Model):
    """A name that an account had which was deleted; nobody can have it before `free_at`.

    Only a keyed hash of it is kept: who has it is asked, but it cannot be read.
    """

    name_hash = models.CharField(max_length=64)
    free_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name_hash"], name="former_name_unique"),
        ]

    def __str__(self) -> str:
        return f"a name that is free at {self.free_at:%Y-%m-%d}"
