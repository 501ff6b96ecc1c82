"""Pain that stayed after surgery: screened, tried for a week, and implanted only because the trial helped."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from lenitive.chart.device import Device
from tests.web.browser.journeys import Journey, Newcomer
from tests.web.browser.telling import CHANGE, PEG, Place, Told, Tried, answer, tell_the_story

CARMEN = Newcomer(
    "Carmen Vale", "carmen@example.org", "1971-08-21", "female",
    {"Payer": "Medicare", "Programme": "medicare", "State": "NC", "Where procedures are done": "hospital_outpatient",
     "Member number": "NC-1001"},
)  # fmt: skip
TRIAL, IMPLANT = "spinal_cord_stimulation_trial", "spinal_cord_stimulation_implant"
HOME = {"Who takes the patient home": "her sister"}
SCREENED = {
    "psychological_evaluation_favourable": True, "can_handle_device": True, "addiction_untreated": False,
    "psychiatric_illness_unstable": False, "pregnancy_possible": False, "late_resort": True, "team_evaluation": True,
    "shared_decision": True,
}  # fmt: skip


def test_a_stimulator_is_implanted_after_a_trial_that_helped(journey: Journey) -> None:
    desk, clock = journey.desk, journey.clock
    clock.morning(1)

    # She is registered, invited, and tells of burning pain that stayed. The nurse writes down the two operations and
    # what one tablet holds: only then can the opioid be counted.
    journey.admit(CARMEN)
    began = clock.today - timedelta(600)
    tell_the_story(journey, Told(
        places=(Place("posterior_thigh:left", "Thigh behind, left", 8, ("Burning", "Like electric shocks")),
                Place("calf_lateral_foot_sole:left", "Calf, outer edge and sole of the foot, left", 7, ("Burning",))),
        since=clock.today - timedelta(1100), worse=("Standing", "Walking"), better=("Lying down",),
        tried=(Tried("Physical therapy", began, 10, "It did not help", 14),
               Tried("Gabapentin or pregabalin", began, 20, "I could not stand it"),
               Tried("Duloxetine or amitriptyline", began, None, "It helped a little"),
               Tried("Strong pain pills (oxycodone, tramadol and the like)", began, None, "It helped a little")),
        takes={"Duloxetine": "60 mg in the morning", "Oxycodone": "10 mg three times a day"},
    ))  # fmt: skip
    answer(journey, PEG, ("8", "8", "9"))
    journey.staff("nurse")
    journey.open_chart()
    journey.add("^Correct.*Oxycodone", Dose="10", Unit="mg", Times_a_day="3", Since="2025-01")
    for operation, on in (("Lumbar discectomy", 1000), ("Lumbar fusion", 640)):
        journey.add(
            "Add what was done elsewhere",
            What_was_done=operation, On_the="lumbar", Levels="L5-S1", When=str(clock.today - timedelta(on)),
        )  # fmt: skip
    journey.asked_completely("Procedures and operations", "Other conditions", "Implants")
    journey.score(odi=58)
    assert journey.shows_the_opioids() == 45

    # The operations name this pain, and no question of the differential weighs it: the physician says so, with why.
    journey.staff("physician")
    journey.open_chart()
    journey.examine(present={"leg_pain_worse_than_back_pain": None}, absent=("straight_leg_raise",))
    journey.shows_the_differential()
    assert "persistent_spinal_pain_type_2" in [one.generator for one in journey.assessment.named]
    expect(desk.locator("main")).to_contain_text("Persistent spinal pain after surgery")
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

    # Three months later: what she says on her phone, and the scores beside those from before.
    clock.morning(90)
    journey.own()
    answer(journey, PEG, ("4", "3", "3"))
    answer(journey, CHANGE, ("Much improved",))
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
