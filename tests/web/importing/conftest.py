"""Who brings records in: the front desk."""

from __future__ import annotations

import pytest
from django.test import Client

from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from tests.web.conftest import As, member


@pytest.fixture
def desk(practice: Practice) -> User:
    return member(practice, Role.FRONT_DESK)


@pytest.fixture
def client(as_role: As, desk: User) -> Client:
    return as_role(Role.FRONT_DESK)
