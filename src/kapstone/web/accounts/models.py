"""People who log in, and the practice they belong to."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from kapstone.web.accounts import roles

# A person sits at their own telephone, over questions that take thought, and has to fetch a code
# from their mail to go on (NIST SP 800-63B-4, 2.2.3 lets such a session rest for up to an hour).
OWN_DEVICE_IDLE_MINUTES = 30


class Practice(models.Model):
    """One practice: its name, its clock, and what it has settled for itself."""

    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60, default="UTC")
    phone = models.CharField(max_length=40, blank=True)
    crisis_line = models.CharField(max_length=200, default="988 Suicide and Crisis Lifeline")
    emergency_number = models.CharField(max_length=40, default="911")
    idle_minutes = models.PositiveSmallIntegerField(default=10)
    # The settings that no paper fixes (basis DEFAULT) hold only once somebody has signed them.
    settings_signed_by = models.CharField(max_length=200, blank=True)
    settings_signed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet[User]:
        """Users come with their practice: every page needs both."""
        return super().get_queryset().select_related("practice")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who logs in: staff, a patient, or a patient's companion."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=60, blank=True)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, null=True)
    roles = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    def __str__(self) -> str:
        return self.signed_name

    @property
    def signed_name(self) -> str:
        """The name as it stands under a signature, with title."""
        return f"{self.title} {self.name}".strip()

    @property
    def is_staff_member(self) -> bool:
        return bool(roles.STAFF & set(self.roles))

    @property
    def is_hired(self) -> bool:
        """Whether they log in as staff do; that alone shows them nobody's record."""
        return bool(roles.HIRED & set(self.roles))

    @property
    def role_words(self) -> str:
        return ", ".join(roles.WORDS[role] for role in self.roles)

    @property
    def idle_minutes(self) -> int:
        """After so many minutes without use the screen locks; a practice sets it for staff."""
        staff_time = self.practice.idle_minutes if self.practice else 10
        return staff_time if self.is_hired else max(staff_time, OWN_DEVICE_IDLE_MINUTES)

    def has_role(self, *wanted: str) -> bool:
        return bool(set(wanted) & set(self.roles))


class SignInLink(models.Model):
    """A link sent by e-mail, good once with its six-digit code, for a short time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    goes_to = models.CharField(max_length=200, default="/")
