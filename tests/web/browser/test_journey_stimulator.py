"""Pain that stayed after surgery: screened, tried for a week, and implanted only because the trial helped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lenitive.chart.device import Device
from tests.web.browser.journey_clinic import SURGERY
from tests.web.browser.journeys import Journey

pytestmark = pytest.mark.xdist_group("browser")

TRIAL, IMPLANT = "spinal_cord_stimulation_trial", "spinal_cord_stimulation_implant"
HOME = {"Who takes the patient home": "her sister"}
SCREENED = {
    "psychological_evaluation_favourable": True, "can_handle_device": True, "addiction_untreated": False,
    "psychiatric_illness_unstable": False, "pregnancy_possible": False, "late_resort": True, "team_evaluation": True,
    "shared_decision": True,
}  # fmt: skip


def test_a_stimulator_is_implanted_after_a_trial_that_helped(journey: Journey) -> None:
    journey.patient = SURGERY
    desk, clock = journey.desk, journey.clock
    clock.morning(1)

    # No question of the differential weighs this pain: the physician names it, with the reason.
    journey.staff("physician")
    journey.open_chart()
    journey.score(nrs=8, odi=58)
    journey.examine(present={"leg_pain_worse_than_back_pain": None}, absent=("straight_leg_raise",))
    journey.shows_the_differential()
    journey.works_with("persistent_spinal_pain_type_2", "Two operations; the pain stayed, nothing left to operate on.")

    # The implant is closed. What the screening has to find is asked where it is missed, and written down once.
    assert journey.open_option(IMPLANT).verdict == "not yet"
    expect(desk.locator("main")).to_contain_text("A trial that took away at least half of the pain")
    journey.open_option(TRIAL)
    journey.answer(**SCREENED)
    assert journey.option(TRIAL).candidacy.status == "met"
    journey.open_option(TRIAL)
    journey.is_well(desk, "screened")
    journey.begin_booking(TRIAL, clock.today + timedelta(10), "10:30", "Fluoroscopy 1", **HOME, Sedation="minimal")
    expect(desk.get_by_role("heading", name="The gate is open")).to_be_visible()
    trial = journey.book()

    # A week with leads through the skin; on the day after they came out the nurse asks.
    clock.morning(10)
    journey.prepare(trial, Last_dose=str(clock.today - timedelta(14)))
    journey.record(
        trial, needle="14 G, 90 mm", fluoroscopy_seconds="180", dose_mgy="30", drug1="lidocaine", mg1="100",
        leads="2", lead_tip="T8", lead_side="midline", coverage_percent="85",
    )  # fmt: skip
    journey.send_home(trial, pain="4")
    clock.morning(8)
    journey.staff("nurse")
    journey.open_chart("Outcome")
    journey.follow_up(
        journey.came(TRIAL),
        {"How much of the pain": "65", "Is the relief still": "no", "If not: it lasted": "7", "Can do more": "60",
         "Numeric rating": "8", "Did anything go wrong": "no"},
    )  # fmt: skip
    expect(journey.came(TRIAL)).to_contain_text("Trial passed")
    expect(journey.came(TRIAL)).to_contain_text("65 %")
    journey.is_well(desk, "trial-passed")

    # Now the gate of the implant is open; the payer is asked and agrees.
    journey.staff("physician")
    journey.open_chart()
    opened = journey.open_option(IMPLANT)
    assert (opened.gates.status, opened.verdict != "not yet") == ("met", True)
    journey.ask_for(IMPLANT, Imaging="fluoroscopy", Sedation="moderate")
    journey.staff("authorization")
    journey.open_chart("Authorization")
    journey.step("It was sent")
    clock.morning(12)
    journey.staff("authorization")
    journey.open_chart("Authorization")
    journey.approved("A-7003", units="2")
    journey.staff("physician")
    journey.open_chart()
    journey.open_option(IMPLANT)
    journey.begin_booking(IMPLANT, clock.today + timedelta(14), "08:30", "Operating room", **HOME, Sedation="moderate")
    expect(desk.locator("#considered")).to_contain_text("The day stands under this decision.")
    implant = journey.book()

    # The record names the device, and from then on it stands above every page.
    clock.morning(14)
    journey.prepare(implant, Last_dose=str(clock.today - timedelta(14)))
    journey.record(
        implant, needle="14 G, 90 mm", fluoroscopy_seconds="240", dose_mgy="45", drug1="bupivacaine", mg1="50",
        device="Example Neuro, model One", device_identifier="(01)00000000000000(21)EX1", device_mri="conditional",
    )  # fmt: skip
    expect(desk.locator(".prose")).to_contain_text("Implanted: Example Neuro, model One.")
    expect(desk.get_by_text("spinal cord stimulator (MRI conditional)")).to_be_visible()
    [device] = journey.chart.table("device")
    assert isinstance(device, Device)
    assert (device.kind, device.identifier) == ("spinal_cord_stimulator", "(01)00000000000000(21)EX1")
    journey.send_home(implant, pain="4")

    # Three months later, beside the scores from before.
    clock.morning(90)
    journey.staff("nurse")
    journey.open_chart("Outcome")
    journey.follow_up(
        journey.came(IMPLANT),
        {"How much of the pain": "60", "Is the relief still": "yes", "Can do more": "50", "Numeric rating": "3",
         "Oswestry": "38", "Did anything go wrong": "no"},
    )  # fmt: skip
    for words in ("Helped", "60 %", "90 days", "8 → 3", "58 → 38"):
        expect(journey.came(IMPLANT)).to_contain_text(words)
    journey.look(desk, "implant-outcome")
