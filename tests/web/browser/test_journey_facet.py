"""Facet pain: examined, blocked twice, and ablated only when both blocks had told the truth."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from lenitive.chart.finding import Finding
from lenitive.medicine.content import content
from lenitive_web.look.words import percent
from tests.web.attachments import making
from tests.web.browser.accessible import hindered
from tests.web.browser.journeys import Journey, Newcomer
from tests.web.browser.telling import CHANGE, MOOD, PEG, Place, Told, Tried, answer, tell_the_story

AGNES = Newcomer(
    "Agnes Tidewater", "agnes@example.org", "1966-05-04", "female",
    {"Payer": "Medicare", "Programme": "medicare", "State": "OH", "Where procedures are done": "office",
     "Member number": "1EG4-TE5"},
)  # fmt: skip
BLOCK, ABLATION = "medial_branch_block_lumbar", "radiofrequency_ablation_medial_branch_lumbar"
PLACE = {"Side": "left", "Levels": "L4-5 L5-S1"}
HOME = {"Who takes the patient home": "her son"}
BLOCKED = {
    "needle": "25 G, 90 mm", "contrast": "yes", "contrast_agent": "iohexol", "contrast_ml": "0.3",
    "spread": "along the target, none in a vessel", "fluoroscopy_seconds": "31", "dose_mgy": "4.2",
}  # fmt: skip


def test_facet_pain_is_proven_twice_before_it_is_ablated(journey: Journey, tmp_path: Path) -> None:
    desk, clock = journey.desk, journey.clock
    clock.morning(1)

    # She is registered and invited, draws on her phone where it hurts, and tells the rest in two sittings.
    journey.admit(AGNES)
    journey.is_well(journey.phone, "own-pages-on-the-first-day")
    began = clock.today - timedelta(210)
    tell_the_story(journey, Told(
        places=(Place("low_back_paramidline:left", "Low back, beside the midline, left", 7, ("Aching",)),
                Place("buttock:left", "Buttock, left", 4, from_list=True)),
        since=clock.today - timedelta(520), worse=("Standing", "Bending backward"), better=("Sitting",),
        words="I cannot stand at the sink any more.",
        tried=(Tried("Physical therapy", began, 9, "It did not help", 12),
               Tried("Exercises at home, as taught", began, None, "It helped a little"),
               Tried("Pills like ibuprofen or naproxen", began, 10, "It helped a little")),
    ), looked_over=True)  # fmt: skip
    answer(journey, PEG, ("7", "6", "8"))
    answer(journey, MOOD, ("Several days", *["Not at all"] * 8), left_after=4)
    assert [(one.instrument, one.score) for one in journey.chart.table("measure")] == [  # type: ignore[attr-defined]
        ("nrs", 7), ("peg", 7), ("phq9", 1),
    ]  # fmt: skip
    journey.is_well(journey.phone, "told")

    # The nurse asks the rest and attaches the report that the patient brought. The physician enters what it says beside
    # it, and examines. Facet pain comes first, and nothing is proven: no ablation yet.
    report = tmp_path / "scan0001.pdf"
    report.write_bytes(making.report())
    journey.staff("nurse")
    journey.open_chart("Own pages")
    for told in ("PEG 7", "Pain: low back, beside the midline, left"):
        expect(desk.get_by_role("region", name="Told by the patient")).to_contain_text(told)
    assert hindered(desk) == []
    journey.asked_completely("Procedures and operations", "Other conditions", "Implants")
    journey.score(odi=46)
    journey.attach(
        report, clock.today - timedelta(30), What_it_is_about="imaging", Region="low_back", Title="MRI report"
    )
    journey.staff("physician")
    journey.open_chart()
    journey.read("MRI report", "mri_facet_fluid", "left", "L4-5")
    [read] = [one for one in journey.chart.rows(Finding) if one.code == "mri_facet_fluid"]
    assert (read.present, read.side, read.levels) == (True, "left", ("L4-5",))
    assert read.source.startswith(f"MRI report, {clock.today - timedelta(30)} (document ")
    journey.examine(
        present={"extension_rotation": "left"},
        absent=("midline_low_back_pain", "centralisation", "dermatomal_leg_pain", "pain_follows_s1_dermatome",
                "neurogenic_claudication"),
    )  # fmt: skip
    journey.shows_the_differential()
    before = journey.assessment.differential[0].estimates[0]
    assert before.generator == "lumbar_facet"
    assert journey.open_option(ABLATION).verdict == "not yet"

    # What nobody asked is asked where it is missed; then the first block is booked a week ahead.
    journey.open_option(BLOCK)
    journey.answer(plan_is_ablation=True)
    journey.is_well(desk, "block-option")
    journey.begin_booking(BLOCK, clock.today + timedelta(7), "09:30", "Fluoroscopy 1", **PLACE, **HOME, Sedation="none")
    expect(desk.get_by_role("heading", name="The gate is open")).to_be_visible()
    first = journey.book()

    # The day: checklist, consent, time-out, record; the patient goes home and taps how strong the pain is.
    clock.morning(7)
    journey.prepare(first)
    journey.record(first, **BLOCKED, drug1="lidocaine", strength1="2", volume1="1")
    done = journey.chart.table("procedure")[-1]
    assert (done.needle, done.contrast_ml, done.fluoroscopy_seconds, done.dose_mgy) == ("25 G, 90 mm", 0.3, 31, 4.2)
    expect(desk.locator(".prose")).to_contain_text("Radiation: 31 seconds, 4.2 mGy.")
    journey.send_home(first, pain="1")
    journey.keep_diary(7, [1, 1, 1, 5])
    journey.staff("physician")
    journey.open_chart("Outcome")
    block = journey.came(BLOCK)
    expect(block).to_contain_text("Positive test")
    journey.is_well(desk, "one-block")
    journey.judge(block, fits=True)
    assert journey.open_option(ABLATION).verdict == "not yet"

    # Two weeks later the other drug, of another duration. The second diary agrees, and the next day the gate is open.
    clock.morning(14)
    journey.staff("physician")
    journey.open_chart()
    journey.open_option(BLOCK)
    journey.begin_booking(BLOCK, clock.today, "09:30", "Fluoroscopy 1", **HOME)
    expect(desk.get_by_label("Levels")).to_have_value(PLACE["Levels"])
    second = journey.book()
    journey.prepare(second)
    journey.record(second, **BLOCKED, drug1="bupivacaine", strength1="0.5", volume1="1")
    journey.send_home(second, pain="1")
    journey.keep_diary(7, [1, 1, 1, 1, 1, 1, 5])
    journey.staff("physician")
    journey.open_chart("Outcome")
    expect(journey.came(BLOCK)).to_contain_text("Two positive tests")
    journey.judge(journey.came(BLOCK), fits=True)
    clock.morning(1)
    journey.staff("physician")
    journey.open_chart()
    journey.shows_the_differential()
    after = journey.assessment.differential[0].estimates[0]
    assert after.probability > before.probability
    journey.ask_for(ABLATION, **PLACE)
    opened = journey.open_option(ABLATION)
    assert opened.verdict == "candidate"
    relief = next(share for one in opened.outlook for share in one.shares if share.comparator is None)
    expect(desk.locator("main")).to_contain_text(percent(relief.probability).removesuffix(" %") + " of 100 people")
    journey.look(desk, "ablation-open")

    # Authorization staff writes down what was sent and answered; the booking stands under it.
    journey.staff("authorization")
    journey.open_chart("Authorization")
    journey.step("It was sent")
    clock.morning(10)
    journey.staff("authorization")
    journey.open_chart("Authorization")
    last_day = str(clock.today + timedelta(90))
    journey.step(
        "Approved", Number_of_the_decision="A-7001", Sessions_granted="1", Units_granted="2", Last_day=last_day
    )
    journey.staff("physician")
    journey.open_chart()
    journey.open_option(ABLATION)
    journey.begin_booking(ABLATION, clock.today + timedelta(4), "09:30", "Fluoroscopy 1", **HOME, Sedation="minimal")
    expect(desk.locator("#considered")).to_contain_text("The day stands under this decision.")
    third = journey.book()

    # Ablation. Three months later she says on her phone how she is; the nurse's scores stand beside those from before.
    clock.morning(4)
    journey.prepare(third)
    journey.record(
        third, needle="18 G, 100 mm", fluoroscopy_seconds="64", dose_mgy="9.5", drug1="lidocaine", mg1="60",
        ablation_mode="conventional", temperature_c="80", lesion_seconds="90", lesions="3", sensory_v="0.4",
        motor_v="2", motor_response="no",
    )  # fmt: skip
    expect(desk.locator(".prose")).to_contain_text("conventional radiofrequency, at 80 °C, 90 seconds a lesion")
    journey.send_home(third, pain="3")
    clock.morning(95)
    journey.own()
    answer(journey, PEG, ("2", "2", "2"))
    answer(journey, CHANGE, ("Much improved",))
    journey.staff("nurse")
    journey.open_chart("Outcome")
    journey.follow_up(
        journey.came(ABLATION),
        {"How much of the pain": "70", "Is the relief still": "yes", "Numeric rating": "2", "Oswestry": "24",
         "Did anything go wrong": "no"},
    )  # fmt: skip
    came = journey.came(ABLATION)
    for words in ("Helped", "70 %", "95 days", "7 → 2", "46 → 24", "more than the smallest change that matters"):
        expect(came).to_contain_text(words)
    journey.phone.get_by_role("link", name="How I am doing").first.tap()
    expect(journey.phone.get_by_role("main")).to_contain_text("70 % of the pain went away")
    expect(journey.phone.get_by_role("main")).to_contain_text("7 before, 2 at best after it")
    expect(journey.phone.get_by_role("main")).to_contain_text("Much improved on ")
    journey.is_well(journey.phone, "how-i-am-doing")
    assert journey.option(ABLATION).label == content().procedures[ABLATION].label
    journey.is_well(desk, "ablation-outcome")
