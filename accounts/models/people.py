"""Who there is, and what they are called."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models.bases import TimeOrdered
from accounts.parts import SearchableText
from accounts.text import email_key
from accounts.words import letters, name_words

NAMES_APART = "\x1f"  # between two names; neither they nor what is looked for have it


class EmailVerification(models.TextChoices):
    """What is known about whether a person's address receives mail."""

    CONFIRMED = "CONFIRMED"
    VALID = "VALID"
    UNCONFIRMED = "UNCONFIRMED"
    PENDING = "PENDING"
    REJECTED = "REJECTED"


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
