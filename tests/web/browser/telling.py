"""The patient's part of a journey, on a phone: the story with the body map drawn by finger, and the questionnaires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from playwright.sync_api import Page, expect

from tests.web.browser.journeys import Journey, says

GO_ON = "Go on"
PEG = "Pain and your daily life"
MOOD = "Your mood"
CHANGE = "How you are since the treatment"
TOUCHED = """zone => {
    zone.scrollIntoView({block: "center"});
    const box = zone.getBoundingClientRect();
    const shares = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8];
    const points = shares.flatMap(down => shares.map(along => [box.x + along * box.width, box.y + down * box.height]));
    return points.find(([x, y]) => document.elementFromPoint(x, y) === zone);
}"""
"""Where a finger meets a part of the drawing."""


@dataclass(frozen=True)
class Place:
    """Where it hurts: which part of the drawing is touched, what it is called, how strong and how it feels there; or
    it is chosen from the list beside the drawing, without a finger."""

    mark: str
    name: str
    strength: int
    feels: Sequence[str] = ()
    from_list: bool = False


@dataclass(frozen=True)
class Tried:
    """A treatment and how it went."""

    name: str
    began: date
    weeks: int | None
    helped: str
    visits: int | None = None


@dataclass(frozen=True)
class Told:
    """What a patient tells. The first place is the worst, and its pain spreads to all others."""

    places: Sequence[Place]
    since: date
    worse: Sequence[str] = ()
    better: Sequence[str] = ()
    words: str = ""
    tried: Sequence[Tried] = ()
    takes: Mapping[str, str] = field(default_factory=dict)
    thinner: str = "No"


def tell_the_story(journey: Journey, told: Told, *, looked_over: bool = False) -> None:
    """All of it, left once in the middle and taken up again; then it is sent. The pages are the same for everybody:
    one journey has them looked over."""
    phone, look = journey.phone, journey.is_well if looked_over else journey.look
    phone.get_by_role("link", name="Tell us where it hurts").tap()
    _draw(phone, told.places)
    look(phone, "map")
    _go_on(phone, "How does it feel?")
    _say_how_it_feels(phone, told.places)
    look(phone, "feel")
    _go_on(phone, "Since when, and what changes it?")
    phone = journey.own()
    phone.get_by_role("link", name="Tell us where it hurts").filter(has_text="Begun").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Since when, and what changes it?")
    _say_since_when(phone, told)
    look(phone, "since")
    _go_on(phone, "What have you tried?")
    _say_what_was_tried(phone, told.tried)
    _say_what_is_taken(phone, told)
    phone.get_by_label("These are all my allergies").check()
    _go_on(phone, "Is this right?")
    look(phone, "check")
    phone.get_by_role("button", name="Send it to my clinic").tap()
    says(phone, "Your story is in your chart now")


def answer(journey: Journey, questionnaire: str, answers: Sequence[str], *, left_after: int = 0) -> None:
    """A questionnaire of one question a page; after so many answers the phone is put away and taken up again."""
    phone = journey.phone
    phone.get_by_role("link", name=questionnaire).tap()
    for number, said in enumerate(answers, start=1):
        phone.get_by_label(said, exact=True).check()
        phone.get_by_role("button", name="Send" if number == len(answers) else GO_ON).tap()
        if number == left_after:
            expect(phone.get_by_text(f"Page {number + 1} of {len(answers)}")).to_be_visible()
            phone = journey.own()
            phone.get_by_role("link", name=questionnaire).filter(has_text="Begun").tap()
            expect(phone.get_by_text(f"Page {number + 1} of {len(answers)}")).to_be_visible()
    says(phone, "Your answers are in your chart now")


def _go_on(phone: Page, to: str) -> None:
    phone.get_by_role("button", name=GO_ON).tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text(to)


def _pick(phone: Page, group: str, *choices: str) -> None:
    for choice in choices:
        phone.get_by_role("group", name=group).get_by_label(choice, exact=True).check()


def _draw(phone: Page, places: Sequence[Place]) -> None:
    phone.get_by_role("button", name="Back", exact=True).tap()
    for place in places:
        if place.from_list:
            _choose_from_the_list(phone, place.name)
            continue
        zone = phone.locator(f"[data-view=back] [data-mark='{place.mark}']").first
        phone.touchscreen.tap(*zone.evaluate(TOUCHED))
    marked = phone.get_by_role("list", name="Marked").get_by_role("button")
    expect(marked).to_have_count(len(places))
    assert {one.inner_text().removesuffix(" ×") for one in marked.all()} == {place.name for place in places}


def _choose_from_the_list(phone: Page, name: str) -> None:
    phone.get_by_text("Choose from a list instead").tap()
    phone.get_by_label(name, exact=True).focus()
    phone.keyboard.press("Space")


def _say_how_it_feels(phone: Page, places: Sequence[Place]) -> None:
    if len(places) > 1:
        _pick(phone, "Which one troubles you most?", places[0].name)
    for place in places:
        card = phone.get_by_role("region", name=place.name)
        card.get_by_role("group", name="How strong").get_by_label(str(place.strength), exact=True).check()
        for word in place.feels:
            card.get_by_label(word, exact=True).check()
        if place is not places[0]:
            card.get_by_label("The worst pain spreads to here").check()
    worst = phone.get_by_role("region", name=places[0].name)
    expect(worst.get_by_text("It is another pain")).to_be_hidden()


def _say_since_when(phone: Page, told: Told) -> None:
    phone.get_by_label("Year", exact=True).fill(str(told.since.year))
    phone.get_by_label("Month, if you know it").select_option(f"{told.since:%B}")
    _pick(phone, "What makes it worse?", *told.worse)
    _pick(phone, "What makes it better?", *told.better)
    phone.get_by_label("In your own words").fill(told.words)


def _say_what_was_tried(phone: Page, tried: Sequence[Tried]) -> None:
    _pick(phone, "Tick everything that you have tried", *(one.name for one in tried))
    phone.get_by_label("I have tried nothing else").check()
    if not tried:
        _go_on(phone, "What do you take?")
        return
    _go_on(phone, "How long, and did it help?")
    for one in tried:
        card = phone.get_by_role("region", name=one.name)
        card.get_by_label("Year it began").fill(str(one.began.year))
        card.get_by_label("Month").select_option(f"{one.began:%B}")
        if one.weeks is not None:
            card.get_by_label("For how many weeks").fill(str(one.weeks))
        if one.visits is not None:
            card.get_by_label("Visits in all").fill(str(one.visits))
        card.get_by_label(one.helped, exact=True).check()
    _go_on(phone, "What do you take?")


def _say_what_is_taken(phone: Page, told: Told) -> None:
    for number, (name, how) in enumerate(told.takes.items()):
        phone.get_by_label("Medicine", exact=True).nth(number).fill(name)
        phone.get_by_label("How much and how often").nth(number).fill(how)
    _pick(phone, "Do you take a blood thinner?", told.thinner)
    phone.get_by_label("This is everything I take").check()
    _go_on(phone, "Are you allergic to anything?")
