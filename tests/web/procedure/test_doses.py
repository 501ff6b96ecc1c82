"""Doses against the entries: fractions add up, what is not known is not said to be safe."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from lenitive.chart import TABLES, Chart
from lenitive.chart.procedure import DrugGiven
from lenitive.reasoning.book import book
from lenitive_web.procedure.doses import local_anaesthetic, steroid_year_with

DAY = date(2026, 3, 2)


def lowest_per_kg(name: str, *, with_adrenaline: bool = False) -> float:
    rows = book().content.drugs[name].ceilings
    return min(row.mg_per_kg for row in rows if row.with_adrenaline is with_adrenaline and row.mg_per_kg)


def drug(ingredient: str, mg: float | None = None, **more: float) -> DrugGiven:
    return DrugGiven(ingredient=ingredient, dose=mg, **more)


def test_strength_and_volume_make_a_dose() -> None:
    assert drug("lidocaine", strength_percent=2, volume_ml=1.5).milligrams == 30
    assert drug("lidocaine", strength_percent=2).milligrams is None
    assert drug("lidocaine", 40, strength_percent=2, volume_ml=1.5).milligrams == 40
    assert DrugGiven(ingredient="clonidine", dose=30, unit="ug").milligrams is None


@pytest.mark.parametrize(("above", "status"), [(-1, "met"), (0, "met"), (1, "not met")])
def test_the_ceiling_follows_the_weight(above: float, status: str) -> None:
    mg = 50 * lowest_per_kg("lidocaine") + above
    found = local_anaesthetic(book(), [drug("lidocaine", mg)], weight_kg=50, with_adrenaline=False)
    assert found is not None
    assert found.status == status


def test_the_cap_holds_however_heavy_the_patient_is() -> None:
    cap = min(row.max_mg for row in book().content.drugs["bupivacaine"].ceilings if not row.with_adrenaline)
    found = local_anaesthetic(book(), [drug("bupivacaine", cap + 1)], weight_kg=150, with_adrenaline=False)
    assert found is not None
    assert (found.status, found.portions[0].ceiling) == ("not met", cap)


def test_where_sources_differ_the_lower_row_counts_and_says_so() -> None:
    found = local_anaesthetic(book(), [drug("ropivacaine", 10)], weight_kg=50, with_adrenaline=False)
    assert found is not None
    assert found.portions[0].ceiling == 50 * lowest_per_kg("ropivacaine")
    assert "lower" in found.portions[0].note


def test_adrenaline_has_rows_of_its_own() -> None:
    plain = local_anaesthetic(book(), [drug("lidocaine", 10)], 50, with_adrenaline=False)
    added = local_anaesthetic(book(), [drug("lidocaine", 10)], 50, with_adrenaline=True)
    assert plain is not None
    assert added is not None
    assert added.portions[0].ceiling == 50 * lowest_per_kg("lidocaine", with_adrenaline=True)
    assert plain.portions[0].ceiling < added.portions[0].ceiling


def test_two_agents_below_their_ceilings_can_be_above_together() -> None:
    drugs = [drug(name, 0.6 * 50 * lowest_per_kg(name)) for name in ("lidocaine", "bupivacaine")]
    alone = [local_anaesthetic(book(), [one], 50, with_adrenaline=False) for one in drugs]
    both = local_anaesthetic(book(), drugs, 50, with_adrenaline=False)
    assert [one.status for one in alone if one] == ["met", "met"]
    assert both is not None
    assert (both.status, round(both.fraction or 0, 6)) == ("not met", 1.2)


@pytest.mark.parametrize(
    ("given", "weight"), [(drug("lidocaine", 40), None), (drug("lidocaine", strength_percent=1), 70.0)]
)
def test_without_weight_or_dose_nobody_can_say(given: DrugGiven, weight: float | None) -> None:
    found = local_anaesthetic(book(), [given], weight, with_adrenaline=False)
    assert found is not None
    assert (found.status, found.fraction) == ("undocumented", None)


def test_above_the_cap_is_above_also_without_a_weight() -> None:
    found = local_anaesthetic(book(), [drug("lidocaine", 10_000)], None, with_adrenaline=False)
    assert found is not None
    assert found.status == "not met"


def test_other_drugs_have_no_ceiling_here() -> None:
    assert local_anaesthetic(book(), [drug("dexamethasone", 10)], 70, with_adrenaline=False) is None
    assert steroid_year_with(book(), chart(), [drug("lidocaine", 40)], DAY) is None


def chart(*doses: tuple[int, str, float | None], complete: bool = True) -> Chart:
    """Injections so many days before; without any, a chart that says so."""
    common = {"patient": "p", "recorded_at": datetime(2026, 1, 1, tzinfo=UTC), "source": "test"}
    rows = [
        msgspec.convert(
            {
                **common,
                "id": f"done-{n}",
                "kind": "epidural_transforaminal_lumbar",
                "true_on": date.fromordinal(DAY.toordinal() - days),
                "drugs": [{"ingredient": name, **({"dose": mg} if mg is not None else {})}],
            },
            TABLES["procedure"],
        )
        for n, (days, name, mg) in enumerate(doses)
    ]
    asked = {**common, "id": "asked", "topic": "procedure", "complete": complete, "true_on": DAY}
    return Chart.of([*rows, msgspec.convert(asked, TABLES["attestation"])])


def worth(name: str, mg: float) -> float:
    drugs = book().content.drugs
    return mg / drugs[name].equivalent_mg.value * drugs["methylprednisolone"].equivalent_mg.value  # type: ignore[union-attr]


def test_corticosteroids_add_up_as_methylprednisolone() -> None:
    found = steroid_year_with(book(), chart((100, "dexamethasone", 10.0)), [drug("triamcinolone", 40)], DAY)
    assert found is not None
    assert found.total == pytest.approx(worth("dexamethasone", 10) + worth("triamcinolone", 40))
    assert (found.status, found.is_complete, len(found.doses)) == ("met", True, 2)


@pytest.mark.parametrize(("days", "counted"), [(365, 2), (366, 1)])
def test_a_year_has_a_first_day(days: int, counted: int) -> None:
    found = steroid_year_with(book(), chart((days, "triamcinolone", 40.0)), [drug("triamcinolone", 40)], DAY)
    assert found is not None
    assert len(found.doses) == counted


@pytest.mark.parametrize(("today", "status"), [(40.0, "met"), (41.0, "not met")])
def test_above_the_line_of_the_year(today: float, status: str) -> None:
    before = chart((10, "methylprednisolone", 80.0), (60, "methylprednisolone", 80.0))
    found = steroid_year_with(book(), before, [drug("methylprednisolone", today)], DAY)
    assert found is not None
    assert (found.status, found.orientation) == (status, 200)


@pytest.mark.parametrize("before", [chart((10, "triamcinolone", None)), chart(complete=False)])
def test_a_dose_nobody_wrote_down_makes_the_sum_a_lower_bound(before: Chart) -> None:
    found = steroid_year_with(book(), before, [drug("triamcinolone", 40)], DAY)
    assert found is not None
    assert (found.status, found.is_complete) == ("undocumented", False)
