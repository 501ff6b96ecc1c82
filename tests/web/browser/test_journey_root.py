"""Pain of a nerve root under an anticoagulant: no needle before the prescriber has answered and the drug was held."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from playwright.sync_api import expect

from lenitive.reasoning.consider import consider
from tests.web.browser.journeys import Journey, Newcomer, says
from tests.web.browser.telling import CHANGE, PEG, Place, Told, Tried, answer, tell_the_story

BERTIL = Newcomer(
    "Bertil Oakes", "bertil@example.org", "1960-01-09", "male",
    {"Payer": "Medicare", "Programme": "medicare", "State": "TX", "Where procedures are done": "office",
     "Member number": "TX-4711"},
)  # fmt: skip
INJECTION = "epidural_transforaminal_lumbar"


def test_a_root_is_injected_after_the_anticoagulant_was_held(journey: Journey) -> None:
    desk, clock = journey.desk, journey.clock
    clock.morning(1)

    # The front desk registers him, copies his card and invites him. On his phone he draws the pain in his leg and
    # copies what he takes from the box; the brand is known for what it is, and the nurse adds why he takes it.
    journey.admit(BERTIL)
    assert [one.member for one in journey.chart.table("coverage")] == ["TX-4711"]  # type: ignore[attr-defined]
    began = clock.today - timedelta(110)
    tell_the_story(journey, Told(
        places=(Place("posterior_thigh:right", "Thigh behind, right", 8, ("Shooting",)),
                Place("calf_lateral_foot_sole:right", "Calf, outer edge and sole of the foot, right", 6,
                      ("Shooting", "Tingling"))),
        since=clock.today - timedelta(120), worse=("Sitting", "Coughing or sneezing"), better=("Lying down",),
        tried=(Tried("Physical therapy", began, 8, "It did not help", 10),
               Tried("Acetaminophen (Tylenol, paracetamol)", began, 12, "It helped a little")),
        takes={"Eliquis": "5 mg in the morning and in the evening"}, thinner="Yes",
    ))  # fmt: skip
    answer(journey, PEG, ("8", "7", "9"))
    [thinner] = journey.chart.table("medication")
    assert (thinner.label, thinner.ingredient, thinner.drug_class) == ("Eliquis", "apixaban", "anticoagulant")
    journey.staff("nurse")
    journey.open_chart()
    journey.add("^Correct.*Apixaban", Dose="5", Unit="mg", Times_a_day="2", Since="2024-06")
    journey.add(
        "^Add.*Other conditions", Diagnosis="Atrial fibrillation", **{"ICD-10-CM code": "I48.91"}, Status="active"
    )
    journey.asked_completely("Procedures and operations", "Other conditions", "Implants")
    journey.score(odi=52)

    # The leg is examined and the picture read: a root is the likeliest source, and imaging fits level and side.
    journey.staff("physician")
    journey.open_chart()
    journey.examine(
        present={
            "leg_pain_worse_than_back_pain": None, "dermatomal_leg_pain": None, "straight_leg_raise": "right",
            "achilles_reflex_loss": "right", "mri_disc_herniation": "right L5-S1",
            "mri_nerve_root_compression": "right L5-S1",
        },
        absent=("muscle_weakness",),
    )  # fmt: skip
    journey.shows_the_differential()
    assert journey.assessment.differential[0].estimates[0].generator == "lumbar_radicular"

    # Beside the booking stands the hold calendar: the day of the last dose is the library's for the planned day.
    journey.open_option(INJECTION)
    expect(desk.locator("main")).to_contain_text("Stopping is itself dangerous here: ask the prescriber first")
    planned = clock.today + timedelta(14)
    journey.begin_booking(
        INJECTION, planned, "10:30", "Fluoroscopy 1",
        **{"Side": "right", "Levels": "L5-S1", "Sedation": "none", "Contrast medium": "yes",
           "Corticosteroid": "dexamethasone", "Who takes the patient home": "his wife"},
    )  # fmt: skip
    expect(desk.get_by_role("heading", name="The gate is open")).to_be_visible()
    asked = msgspec.structs.replace(journey.option(INJECTION).request, on=planned, side="right", levels=("L5-S1",))
    [hold] = consider(journey.chart, clock.today, [asked]).options[0].alerts
    assert hold.hold_from is not None
    calendar = desk.get_by_role("region", name="Hold calendar")
    expect(calendar).to_contain_text(f"{hold.hold_from:%a} {hold.hold_from.day} {hold.hold_from:%b}")
    journey.is_well(desk, "hold-calendar")
    visit = journey.book()
    journey.sign_out()

    # The patient reads the same day on the phone, and that nothing is stopped before both have answered.
    phone = journey.own()
    phone.get_by_role("link", name="Getting ready").first.click()
    expect(phone.get_by_role("main")).to_contain_text(f"{hold.hold_from:%A}, {hold.hold_from.day} {hold.hold_from:%B}")
    expect(phone.get_by_role("main")).to_contain_text("Keep taking it until")
    journey.is_well(phone, "getting-ready")

    # The prescriber is asked by letter and agrees; the payer is asked too.
    journey.staff("physician")
    journey.open_chart("Plan")
    desk.get_by_role("link", name="Letter").filter(has_text="against clotting").first.click()
    expect(desk.get_by_role("article")).to_contain_text("apixaban")
    desk.go_back()
    journey.open_option(INJECTION)
    journey.answer(prescriber_agrees_to_hold=True, surgery_planned_nearby=False)
    journey.ask_for(
        INJECTION, **{"Side": "right", "Levels": "L5-S1", "Imaging": "fluoroscopy", "Sedation": "none",
                      "Contrast medium": "yes", "Corticosteroid": "dexamethasone"},
    )  # fmt: skip
    journey.staff("authorization")
    journey.open_chart("Authorization")
    journey.step("It was sent")
    clock.morning(7)
    journey.staff("authorization")
    journey.open_chart("Authorization")
    journey.approved("A-7002", units="1")

    # On the day a last dose that is too late stops everything; the right one, corrected, lets it go on.
    clock.morning(7)
    assert clock.today == planned
    journey.check_in()
    journey.staff("nurse")
    desk.goto(f"{visit}/checklist")
    dose = desk.get_by_role("group", name="Last dose of apixaban").locator("input[type=date]")
    dose.fill(str(planned - timedelta(1)))
    desk.get_by_role("button", name="Write down").click()
    says(desk, "The list is not complete yet")
    expect(desk.get_by_text("stands against it").first).to_be_visible()
    journey.is_well(desk, "last-dose-too-late")
    journey.prepare(visit, Last_dose=str(hold.hold_from))
    journey.record(
        visit, needle="22 G, 130 mm", contrast="yes", contrast_agent="iohexol", contrast_ml="1",
        spread="along the root and into the epidural space", fluoroscopy_seconds="45", dose_mgy="6",
        drug1="dexamethasone", mg1="10",
    )  # fmt: skip
    expect(desk.locator(".prose")).to_contain_text("Injected: dexamethasone (10 mg).")
    journey.send_home(visit, pain="3")
    expect(desk.get_by_role("article")).to_contain_text("Drugs that were held")

    # Two weeks later he says on his phone how it is, and then the nurse asks.
    clock.morning(15)
    journey.own()
    answer(journey, PEG, ("3", "3", "3"))
    answer(journey, CHANGE, ("Much improved",))
    journey.staff("nurse")
    journey.open_chart("Outcome")
    journey.follow_up(
        journey.came(INJECTION),
        {"How much of the pain": "60", "Is the relief still": "yes", "Numeric rating": "3", "Oswestry": "30",
         "Did anything go wrong": "no"},
    )  # fmt: skip
    for words in ("Helped", "60 %", "15 days", "8 → 3", "52 → 30"):
        expect(journey.came(INJECTION)).to_contain_text(words)
    phone = journey.own()
    phone.get_by_role("link", name="How I am doing").first.tap()
    for words in ("60 % of the pain went away", "8 before, 3 at best after it"):
        expect(phone.get_by_role("main")).to_contain_text(words)
