"""The first assessment of a process knows as much as the second: nothing is taken for silent before it was named."""

import subprocess
import sys
from textwrap import dedent

import pytest

FIRST = dedent("""
    from lenitive.interop.case_file import parse_case_file
    from lenitive.reasoning import assess

    case = parse_case_file('''
    as_of = 2026-06-01
    [patient]
    birth_date = 1980-01-01
    [[finding]]
    code = "{code}"
    present = true
    true_on = 2026-06-01
    ''')
    first, second = (assess(case.chart, case.as_of) for _ in range(2))
    assert first == second
    print([flag.id for flag in first.red_flags if flag.status == "met"])
""")


@pytest.mark.parametrize(
    ("code", "flag"),
    [
        ("suicidal_thoughts", "suicide_risk"),
        ("saddle_anaesthesia", "cauda_equina"),
        ("weight_loss", "spinal_malignancy"),
    ],
)
def test_a_red_flag_is_raised_by_the_first_assessment_of_a_process(code, flag):
    done = subprocess.run(
        [sys.executable, "-c", FIRST.replace("{code}", code)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, str([flag])), done.stderr
