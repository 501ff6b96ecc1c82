"""A practice and the accounts of those who work in it."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from lenitive_web.people.roles import Role, may


class Practice(models.Model):
    """A clinic. Nothing of one practice is ever seen by another."""

    name = models.CharField(_("name"), max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class Users(BaseUserManager["User"]):
    """Makes accounts; there is no other way to one."""

    @transaction.atomic
    def create_user(
        self, *, email: str, password: str | None, practice: Practice, role: Role, name: str, **more: Any
    ) -> User:
        """An account in a practice. Without a password it signs in through the practice's provider or a passkey.

        The practice vouches for the address; whoever has it may set a password and a second factor.
        """
        user = self.model(email=self.normalize_email(email).lower(), practice=practice, role=role, name=name, **more)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """By address, whatever its capitals."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """An account: one person, one practice, one role."""

    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    practice = models.ForeignKey(Practice, verbose_name=_("practice"), on_delete=models.PROTECT, related_name="people")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = False
    is_superuser = False

    objects = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def may(self, permission: str) -> bool:
        """Whether this person's role may do this."""
        return self.is_active and may(self.role, permission)

    def get_full_name(self) -> str:
        """The name, as other parts of the framework ask for it."""
        return self.name
