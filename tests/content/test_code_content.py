"""The ICD-10-CM codes of our rules and policies stand in the published table, or begin codes that do."""

import re
import tomllib

import pytest

from lenitive.medicine.content import FOLDER, content

CONTENT = content()
FORM = re.compile(r"[A-TV-Z]\d[0-9A-Z]?(\.[0-9A-Z]{0,4})?")

# Beginnings that the review of codes does not list. Each was looked up in the whole table of April 1, 2026 (NCHS): look
# a new one up there before it is added here. Those from M08.1 on were seen in public listings alone, some of them in
# one only: that they stand in the table is likely and was not read there.
LOOKED_UP = """
    B18 B20 C0 C1 C2 C3 C40 C41 C41.2 C41.4 C43 C45 C46 C47 C48 C49 C4A C5 C6 C70.1 C72.0 C72.1 C79.49 C80 C81 C82 C83
    C84 C85 C86 C88 C9 C90 C90.0 C91 C92 C93 C94 C95 C96 D16.6 D33.4 D61 D65 D66 D67 D68.0 D68.1 D68.2 D68.4 D68.5 D68.6
    D68.9 D69 D69.6 D70 D71 D80 D81 D82 D83 D84 D84.821 E05 E08 E09 E10 E10.42 E13 E66.2 F10.1 F10.2 F13.1 F13.2 F14
    F14.2 F15 F15.2 F16 F18 F19 F19.2 G45 G47.3 G52 G95.9 G99.2 H40 I09.81 I11.0 I13.0 I13.2 I20 I21 I22 I24 I25 I25.2
    I26 I44 I45 I47 I48 I49 I50 I63 I69 I70.2 I71 I82 J43 J44 J84 J96.1 K25 K26 K27 K28 K70 K70.3 K70.4 K71 K72 K73 K74
    K75 K76.1 K76.6 K76.7 K92.0 K92.1 K92.2 M21.33 M21.37 M46.3 M46.5 M47.01 M47.1 M48.4 M48.5 M50.0 M51.0 M80.88 M81
    M84.58 N18.4 N18.5 N18.6 N40.1 O0 O1 O2 O3 O4 O98 O99 O9A R33 S12 S12. S22.0 S32.0 S32.1 T40.0 T40.3 T40.4 Z33 Z34
    Z3A Z85 Z86.71 Z86.73 Z87.11 Z94 Z95.1 Z95.2 Z95.3 Z95.4 Z95.5 Z96.65 Z98.61 Z99.2 Z99.81
    M08.1 M31.5 M35.3 M45 M45.0 M45.1 M45.2 M45.3 M45.4 M45.5 M45.6 M45.7 M45.8 M45.9
    E08.51 E08.52 E09.51 E09.52 E10.51 E10.52 E11.51 E11.52 E13.51 E13.52 I20.0 I60 I61 I62 I70.22 I70.23 I70.24 I70.26
    I70.32
    I70.33 I70.34 I70.36 I70.42 I70.43 I70.44 I70.46 I70.52 I70.53 I70.54 I70.56 I70.62 I70.63 I70.64 I70.66
    I70.72 I70.73 I70.74 I70.76 I73.9 Z96.61 Z96.611 Z96.612 Z96.619 Z96.64 Z96.641 Z96.642 Z96.643 Z96.649
    Z96.651 Z96.652 Z96.653 Z96.659
    E23.0 E25 E27.1 E27.2 E27.3 E27.4 E89.3 E89.6 F01 F02 F03 F11.93 G30 G31.0 G31.83 I82.4 I82.6 T81.4 T84.6 T84.7
    T85.610 T85.615 T85.620 T85.625 T85.630 T85.635 T85.690 T85.695
    G03.9 I70.211 I70.212 I70.213 I70.218 I70.219 M05.79 M05.9 N80.9
"""
OF_THE_TABLE = frozenset(LOOKED_UP.split())


def in_policies(part):
    """Every code in the parameters of a payer's rows."""
    if isinstance(part, dict):
        for name, inner in part.items():
            if name in {"supporting_codes", "excluding_codes"}:
                yield from inner
            else:
                yield from in_policies(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from in_policies(inner)


def lists():
    """Each list of codes, with its name."""
    for name, generator in CONTENT.generators.items():
        yield name, generator.icd10
    conditions = tomllib.loads((FOLDER / "codes/conditions.toml").read_text(encoding="utf-8"))
    for table in ("icd10", "side", "level"):
        yield f"conditions.{table}", [*conditions[table]]
    for name, parameter in CONTENT.parameters.items():
        if name.endswith("_icd10") or name == "other_spinal_codes":
            for version in parameter.values:
                yield name, version.value
    for path in sorted((FOLDER / "policies").rglob("*.toml")):
        yield path.stem, sorted({*in_policies(tomllib.loads(path.read_text(encoding="utf-8")))})


LISTS = [(name, codes) for name, codes in lists() if codes]
each = pytest.mark.parametrize(("name", "codes"), LISTS, ids=[name for name, _ in LISTS])


@each
def test_a_code_has_the_form_of_one(name, codes):
    for code in codes:
        assert FORM.fullmatch(code), code
    assert len(set(codes)) == len(codes), name


@each
def test_a_code_begins_a_code_of_the_table(name, codes, shared):
    listed = table(shared)
    unknown = {code for code in codes if not any(one.startswith(code) for one in listed)}
    assert unknown <= OF_THE_TABLE, f"{name}: look up {sorted(unknown - OF_THE_TABLE)}"


def test_no_beginning_is_kept_for_nothing():
    ours = {code for _, codes in LISTS for code in codes}
    assert ours >= OF_THE_TABLE


def test_a_side_or_level_is_the_one_that_the_code_prints(shared):
    conditions = tomllib.loads((FOLDER / "codes/conditions.toml").read_text(encoding="utf-8"))
    words = {"left": "left", "right": "right", "both": "bilateral"}
    titles = table(shared)
    for code, side in conditions["side"].items():
        assert words[side] in titles[code].lower(), code
    for code, level in conditions["level"].items():
        upper, lower = level.replace("-", "-C").split("-")
        assert f"{upper}-{lower}" in titles[code].upper(), code


def table(shared):
    """The codes of the review of codes with their titles."""
    text = (shared / "evidence/codes/icd10cm.md").read_text(encoding="utf-8")
    block = re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1]
    return tomllib.loads(block)["icd10cm"]


def test_the_rules_know_the_antibiotics_that_the_import_knows():
    drugs = tomllib.loads((FOLDER / "codes/rxnorm.toml").read_text(encoding="utf-8"))["class"]
    [version] = CONTENT.parameters["antibiotics"].values
    assert list(version.value) == drugs["antibiotic"]["ingredients"]
