"""The role table, cell by cell, and the page that prints it."""

import pytest

from lenitive_web.people.roles import PERMISSIONS, Role, as_markdown, may
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "reference" / "roles.md"

# Written here a second time on purpose: who changes the table says so twice.
EXPECTED = """
permission         | physician | nurse | authorization | front_desk | administrator | auditor | patient
patients.list      | yes       | yes   | yes           | yes        | no            | no      | no
patients.today     | yes       | yes   | yes           | no         | no            | no      | no
chart.view         | yes       | yes   | yes           | no         | no            | no      | no
chart.record       | yes       | yes   | no            | no         | no            | no      | no
document.attach    | yes       | yes   | yes           | no         | no            | no      | no
document.scan      | yes       | yes   | no            | yes        | no            | no      | no
draft.keep         | yes       | yes   | yes           | no         | no            | no      | no
diagnosis.override | yes       | no    | no            | no         | no            | no      | no
request.make       | yes       | yes   | yes           | no         | no            | no      | no
authorization.view | yes       | yes   | yes           | no         | no            | no      | no
letter.write       | yes       | yes   | yes           | no         | no            | no      | no
authorization.list | yes       | yes   | yes           | no         | no            | no      | no
authorization.record | yes     | yes   | yes           | no         | no            | no      | no
authorization.send | yes       | yes   | yes           | no         | no            | no      | no
authorization.override | yes   | yes   | yes           | no         | no            | no      | no
schedule.view      | yes       | yes   | yes           | yes        | no            | no      | no
procedure.book     | yes       | yes   | no            | no         | no            | no      | no
procedure.override | yes       | no    | no            | no         | no            | no      | no
procedure.record   | yes       | no    | no            | no         | no            | no      | no
patients.register  | yes       | yes   | no            | yes        | no            | no      | no
desk.keep          | yes       | yes   | no            | yes        | no            | no      | no
records.import     | no        | no    | no            | yes        | yes           | no      | no
chart.export       | yes       | yes   | no            | no         | no            | no      | no
practice.manage    | no        | no    | no            | no         | yes           | no      | no
access.emergency   | no        | no    | no            | yes        | yes           | no      | no
access.review      | no        | no    | no            | no         | no            | yes     | no
aid.share          | yes       | yes   | no            | no         | no            | no      | no
portal.invite      | yes       | yes   | no            | no         | no            | no      | no
own.view           | no        | no    | no            | no         | no            | no      | yes
own.tell           | no        | no    | no            | no         | no            | no      | yes
audit.view         | no        | no    | no            | no         | no            | yes     | no
"""
HEAD, *ROWS = [[cell.strip() for cell in line.split("|")] for line in EXPECTED.strip().splitlines()]
CELLS = [(row[0], role, cell) for row in ROWS for role, cell in zip(HEAD[1:], row[1:], strict=True)]


@pytest.mark.parametrize(("permission", "role", "cell"), CELLS)
def test_each_cell_of_the_role_table(permission: str, role: str, cell: str) -> None:
    assert may(role, permission) is (cell == "yes")


def test_the_table_here_names_every_permission_and_every_role() -> None:
    assert {row[0] for row in ROWS} == set(PERMISSIONS)
    assert HEAD[1:] == [role.value for role in Role]


def test_a_permission_that_is_not_in_the_table_is_never_a_yes() -> None:
    with pytest.raises(KeyError):
        may(Role.PHYSICIAN, "chart.burn")


def test_the_page_prints_the_table_as_it_is() -> None:
    assert as_markdown() in PAGE.read_text(encoding="utf-8")
