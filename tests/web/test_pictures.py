"""A page that opens is pictured, so that somebody looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lenitive_web.people.roles import Role
from tests.web.browser.pictures import FORM, PAPER, PICTURES, WITHOUT
from tests.web.conftest import As


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The name of every route that has one."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


ROUTES = sorted(set(names(get_resolver().url_patterns)))
PICTURED = {picture.route for picture in PICTURES}


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_has_a_picture_or_a_reason(route: str) -> None:
    told = [route in PICTURED, route in PAPER, route in WITHOUT]
    assert sum(told) == 1, f"{route}: put it into PICTURES, or into WITHOUT with the reason why it has no picture"


def test_nothing_is_listed_that_is_no_route() -> None:
    assert {*PICTURED, *PAPER, *WITHOUT} - set(ROUTES) == set()


def test_no_two_pictures_have_the_same_name() -> None:
    assert len({picture.name for picture in PICTURES}) == len(PICTURES)


@pytest.mark.parametrize("route", sorted(name for name, why in WITHOUT.items() if why == FORM))
def test_what_only_takes_a_form_gives_no_page(route: str, as_role: As) -> None:
    """The reason is true: what only takes a form refuses to be looked at, whoever asks."""
    numbers = {"number", "sending", "payer", "access", "person", "place"}
    [(_, names)] = get_resolver().reverse_dict.getlist(route)[0][0]
    filled = {
        name: uuid4() if name in ("patient_id", "document") else 1 if name in numbers else "examination"
        for name in names
    }
    answers = {as_role(role).get(reverse(route, kwargs=filled)).status_code for role in Role}
    assert answers == {405}
