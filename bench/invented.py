"""Invented patients: charts of some fifty facts, in the words of the shipped content, the same ones each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from lenitive.chart import TABLES, Chart, Fact
from lenitive.chart.schema import columns
from lenitive.medicine.shapes import Content

DAY = date(2026, 6, 15)
"""The day on which they are assessed."""

LOW_BACK = (
    ("low_back_paramidline", ("buttock",)),
    ("low_back_midline", ()),
    ("psis_sacral_sulcus", ("buttock", "groin")),
    ("buttock", ("posterior_thigh", "calf_lateral_foot_sole")),
    ("low_back_midline", ("buttock", "lateral_leg_dorsum_foot")),
)
COVERAGES = (("Medicare", "medicare", "OH"), ("Medicare", "medicare", "TX"), ("Example Health", "commercial", "CA"))
FINDING_KINDS = columns("finding")["kind"].choices
ASKED = ("allergy", "medication", "procedure", "procedure:injection", "treatment", "condition", "device")


def invented_charts(content: Content, count: int) -> list[Chart]:
    """So many charts."""
    return [invented_chart(content, number) for number in range(count)]


def invented_chart(content: Content, number: int) -> Chart:
    """The chart of one invented patient."""
    return Chart.of(_Invented(content, number).facts())


class _Invented:
    """One patient, made up fact by fact."""

    def __init__(self, content: Content, number: int) -> None:
        self.content = content
        self.patient = f"invented-{number}"
        self.dice = random.Random(number)
        self.region, self.radiation = self.dice.choice(LOW_BACK)
        self.side = self.dice.choice(("left", "right"))
        self.made = 0

    def facts(self) -> Iterator[Fact]:
        dice = self.dice
        born = date(1936, 1, 1) + timedelta(dice.randrange(50 * 365))
        yield self._fact("patient", 900, birth_date=born, sex=dice.choice(("female", "male")))
        payer, programme, state = dice.choice(COVERAGES)
        yield self._fact("coverage", 500, payer=payer, programme=programme, state=state)
        yield from self._what_hurts()
        yield from self._what_was_found()
        yield from self._what_was_tried()
        yield from self._what_is_taken()
        yield from self._what_was_injected()
        for topic in dice.sample(ASKED, dice.randint(2, len(ASKED))):
            yield self._fact("attestation", dice.randint(1, 30), topic=topic)

    def _fact(self, table: str, days_ago: int, **values: Any) -> Fact:
        self.made += 1
        on = DAY - timedelta(days_ago)
        every = {
            "id": f"{self.patient}-{values.pop('id', f'{table}-{self.made}')}",
            "patient": self.patient,
            "recorded_at": datetime.combine(on, time(9), UTC),
            "source": "invented",
        }
        dated = {} if table == "patient" else {"true_on": on}
        return msgspec.convert({**every, **dated, **values}, TABLES[table])

    def _what_hurts(self) -> Iterator[Fact]:
        words = {
            "radiates_to": self.radiation,
            "quality": ("aching", "burning") if self.radiation else ("aching",),
            "aggravated_by": tuple(self.dice.sample(("extension", "standing", "sitting", "walking"), 2)),
            "relieved_by": ("lying",),
        }
        began = self.dice.randint(40, 1500)
        yield self._fact("complaint", began, region=self.region, side=self.side, dominant=True, **words)
        for instrument, most in (("nrs", 10), ("nrs", 10), ("nrs", 10), ("odi", 80), ("phq9", 27), ("pcs", 52)):
            score = float(self.dice.randint(most // 4, most))
            yield self._fact("measure", self.dice.randint(1, 200), instrument=instrument, score=score)

    def _what_was_found(self) -> Iterator[Fact]:
        catalogue = sorted(self.content.findings)
        for code in self.dice.sample(catalogue, min(18, len(catalogue))):
            kind = self.content.findings[code].kind if self.content.findings[code].kind in FINDING_KINDS else None
            present = self.dice.random() < 0.35
            yield self._fact("finding", self.dice.randint(1, 60), code=code, kind=kind, present=present)
        for code in self.dice.sample(("lumbar_radiculopathy", "diabetes", "atrial_fibrillation", "osteoporosis"), 2):
            yield self._fact("condition", self.dice.randint(100, 3000), code=code, status="active")

    def _what_was_tried(self) -> Iterator[Fact]:
        kinds = sorted(self.content.treatments)
        for kind in self.dice.sample(kinds, min(4, len(kinds))):
            began = self.dice.randint(60, 400)
            until = DAY - timedelta(began - self.dice.randint(14, 60))
            response = self.dice.choice(("failed", "partial", "good", "not_tolerated"))
            yield self._fact("treatment", began, kind=kind, region="lumbar", until=until, response=response)

    def _what_is_taken(self) -> Iterator[Fact]:
        drugs = sorted(self.content.drugs)
        for name in self.dice.sample(drugs, min(4, len(drugs))):
            drug = self.content.drugs[name]
            yield self._fact(
                "medication",
                self.dice.randint(30, 700),
                ingredient=drug.names[0],
                drug_class=drug.drug_class,
                dose=float(self.dice.choice((5, 10, 20, 75, 300))),
                unit="mg",
                times_a_day=1.0,
                status="active",
            )

    def _what_was_injected(self) -> Iterator[Fact]:
        kinds = sorted(self.content.procedures)
        for number in range(self.dice.randint(0, 4) if kinds else 0):
            kind, days_ago = self.dice.choice(kinds), self.dice.randint(15, 500)
            where = {"region": self.content.procedures[kind].region, "side": self.side, "levels": ("L4-5", "L5-S1")}
            yield self._fact(
                "procedure", days_ago, id=f"injection-{number}", kind=kind, guidance="fluoroscopy", **where
            )
            yield self._fact(
                "relief",
                days_ago - self.dice.randint(0, 14),
                procedure=f"injection-{number}",
                percent=float(self.dice.choice((10, 40, 60, 85, 100))),
                lasted_days=float(self.dice.choice((1, 20, 100, 200))),
            )
