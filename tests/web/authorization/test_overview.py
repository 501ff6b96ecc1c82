"""The overview orders all requests of a practice by what needs doing, and agrees with the library."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from lenitive.reasoning.authorizations import authorizations
from lenitive_web.authorization.overview import FILTERS
from lenitive_web.authorization.selectors import ACT, LATE, requests_to_payers
from lenitive_web.authorization.words import STATES, TO_PREPARE
from lenitive_web.demo.clinic import open_demo
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted


@pytest.fixture(scope="module")
def demo(once: None) -> Practice:
    open_demo(timezone.localdate())
    return Practice.objects.get()


def test_the_demonstration_has_a_request_in_every_state_that_a_day_can_show(demo: Practice, today: date) -> None:
    rows = requests_to_payers(demo, today)
    shown = {row.state for row in rows}
    assert shown >= set(STATES) - {"withdrawn", "used up", "not yet valid"}
    [ending] = [row for row in rows if row.is_expiring]
    assert ending.followed.days_left == 10


def test_every_row_says_what_the_library_says(demo: Practice, today: date) -> None:
    rows = [row for row in requests_to_payers(demo, today) if row.followed]
    assert len(rows) > 8
    for row in rows:
        assert row.followed in authorizations(chart_of(row.patient, today), today)


def test_what_needs_doing_comes_first(demo: Practice, today: date) -> None:
    rows = requests_to_payers(demo, today)
    assert [row.urgency for row in rows] == sorted(row.urgency for row in rows)
    assert rows[0].urgency == LATE
    _, now = FILTERS["to-do"]
    assert {row.urgency for row in rows if now(row)} == {LATE, ACT}


def test_every_filter_shows_what_it_counts(demo: Practice, today: date, client) -> None:
    staff = User.objects.get(role=Role.AUTHORIZATION)
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name in FILTERS:
        page = client.get(reverse("authorizations"), {"show": name})
        counts = {one: count for one, _, count in page.context["filters"]}
        assert page.context["page"].paginator.count == counts[name] > 0, name
    assert client.get(reverse("authorizations"), {"show": "nonsense"}).context["chosen"] == "to-do"


def test_a_practice_sees_only_its_own_requests(
    as_role: As, practice: Practice, other_practice: Practice, today: date
) -> None:
    admitted(other_practice, today)
    page = as_role(Role.AUTHORIZATION).get(reverse("authorizations"), {"show": "all"})
    assert list(page.context["page"]) == []
    assert "No request is here." in page.content.decode()


def test_what_is_asked_for_and_not_sent_waits_to_be_prepared(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, 1)
    page = as_role(Role.AUTHORIZATION).get(reverse("authorizations"), {"show": "prepare"})
    [row] = page.context["page"]
    assert (row.patient, row.state, row.followed) == (patient, TO_PREPARE, None)
    assert row.missing > 0


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.AUDITOR, Role.PATIENT])
def test_the_overview_does_not_exist_for_others(as_role: As, role: Role) -> None:
    assert as_role(role).get(reverse("authorizations")).status_code == 404
