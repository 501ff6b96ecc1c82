"""The pages: PDF/UA, the same bytes for the same data, and no text of a chart read as markup."""

import msgspec
import pytest

from lenitive.documents.evidence import EvidenceRow
from lenitive.documents.packet import packet, summary
from lenitive.documents.typesetting import fitted, images, pdf


@pytest.fixture(scope="module")
def made(authorizations):
    """A packet and a summary for one request of each status."""
    found = {}
    for chart, one in authorizations:
        status = one.determination.status if one.determination else "no policy"
        found.setdefault(status, (packet(one, chart), summary(one, chart)))
    return found


def test_each_status_gives_an_accessible_packet_and_a_summary_of_one_page(made):
    for whole, page in made.values():
        pages = pdf(whole)
        assert pages.body.startswith(b"%PDF")
        assert pages.is_accessible
        assert pdf(page).is_accessible
        assert len(images(whole, 20)) >= 3
        assert len(images(fitted(page), 20)) == 1


def test_the_pdf_says_its_title_and_language_and_is_tagged(made):
    body = pdf(made["undocumented"][0]).body
    for mark in (b"/StructTreeRoot", b"/Lang", b"/MarkInfo", b"/ViewerPreferences", b"pdfuaid"):
        assert mark in body


def test_the_same_data_gives_the_same_bytes(made):
    whole = made["undocumented"][0]
    assert pdf(whole).body == pdf(whole).body


def _with_text(whole, text):
    row = EvidenceRow(
        number="E1", table="statement", text=text, day="2026-01-01", recorded="2026-01-01", source="x", fact="f"
    )
    blank = {name: [] for name in ("criteria", "letter", "treatments", "procedures", "examination", "imaging")}
    return msgspec.structs.replace(whole, evidence=[row], trends=[], timeline=None, who=text, **blank)


@pytest.mark.parametrize(
    "text", ['#panic("read")', "*bold* _it_ $x^2$ <label> @ref `raw` \\ [", "= Heading", "a" * 400]
)
def test_no_text_is_read_as_markup(made, text):
    assert pdf(_with_text(made["undocumented"][0], text)).is_accessible


def test_a_sign_without_a_font_still_gives_pages_and_says_so(made):
    pages = pdf(_with_text(made["undocumented"][0], "\u0378"))
    assert pages.body.startswith(b"%PDF")
    assert not pages.is_accessible


def test_a_long_chart_fits(made):
    whole = made["undocumented"][0]
    rows = [
        msgspec.structs.replace(whole.evidence[0], number=f"E{number}", text="word " * 60) for number in range(1, 301)
    ]
    assert len(images(msgspec.structs.replace(whole, evidence=rows), 20)) > 20
