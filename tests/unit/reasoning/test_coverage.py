"""Choosing the policy: programme, state, day, sibling; and saying why there is none."""

from datetime import date

import msgspec
import pytest

from lenitive.chart import Request
from lenitive.reasoning.assess import assess
from lenitive.reasoning.coverage import choose, insurance, with_insurance
from tests.unit.reasoning.conftest import DAY, chart_of, fact

MEDICARE = Request(kind="epidural_transforaminal_lumbar", programme="medicare", payer="Medicare", state="OH", on=DAY)


def chosen(asking, request, day=DAY):
    return choose(asking(request=request), request, day)


@pytest.mark.parametrize(
    ("state", "policy_id"), [("OH", "L39015"), ("GA", "L38994"), ("TX", "L36920"), ("FL", "L33906")]
)
def test_the_state_picks_the_contractor_and_its_policy(asking, state, policy_id):
    found = chosen(asking, msgspec.structs.replace(MEDICARE, state=state))
    assert found.chosen.policy_id == policy_id
    assert state in found.chosen.reason


def test_without_a_state_the_contractor_is_not_known(asking):
    assert "state is not recorded" in chosen(asking, msgspec.structs.replace(MEDICARE, state=None))


def test_before_the_first_version_nothing_is_in_force(asking):
    reason = chosen(asking, MEDICARE, date(2019, 1, 1))
    assert isinstance(reason, str)
    assert "in force on 2019-01-01" in reason


def test_without_a_payer_it_says_so(asking):
    assert "payer is not recorded" in chosen(asking, Request(kind="epidural_transforaminal_lumbar"))


def test_a_procedure_without_a_policy_says_so(asking):
    reason = chosen(asking, Request(kind="physical_therapy", programme="medicare"))
    assert "No policy" in reason


def test_medicare_advantage_follows_the_area(asking):
    found = chosen(asking, msgspec.structs.replace(MEDICARE, programme="medicare_advantage"))
    assert "Medicare Advantage" in found.chosen.reason


def test_the_insurance_that_pays_first_and_is_in_force_counts():
    covers = (
        fact("coverage", id="old", payer="Old", order=1, until=date(2025, 12, 31)),
        fact("coverage", id="second", payer="Second", order=2),
        fact("coverage", id="first", payer="First", order=1, true_on=date(2026, 1, 1)),
    )
    assert insurance(chart_of(*covers), DAY).payer == "First"


@pytest.mark.parametrize(
    ("orders", "first"),
    [
        ((None, None), None),
        ((1, None), "P0"),
        ((None, 1), "P1"),
        ((2, None), None),
        ((2, 3), "P0"),
        ((1, 1), None),
        ((None,), "P0"),
    ],
)
def test_which_insurance_pays_first_is_said_and_never_guessed(orders, first):
    covers = [fact("coverage", id=f"c-{n}", payer=f"P{n}", order=order) for n, order in enumerate(orders)]
    found = insurance(chart_of(*covers), DAY)
    assert (found and found.payer) == first


def test_one_insurance_recorded_twice_is_one():
    covers = [fact("coverage", id=f"c-{n}", payer="Acme", programme="commercial") for n in range(2)]
    assert insurance(chart_of(*covers), DAY).payer == "Acme"


def test_several_insurances_of_which_nobody_said_the_first_are_told():
    covers = [fact("coverage", id=payer, payer=payer) for payer in ("Acme", "Medicare")]
    found = assess(chart_of(*covers), DAY, [Request(kind="epidural_transforaminal_lumbar")])
    [option] = [one for one in found.options if one.procedure == "epidural_transforaminal_lumbar"]
    told = "Several insurances are in force (Acme, Medicare), and which pays first is not recorded."
    assert option.coverage.chosen.reason == told


def test_the_request_outranks_the_chart():
    cover = fact("coverage", id="c", payer="Medicare", programme="medicare", state="OH")
    request = with_insurance(Request(kind="x", state="GA"), cover)
    assert (request.payer, request.state) == ("Medicare", "GA")
