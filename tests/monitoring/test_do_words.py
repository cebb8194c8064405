"""What a limit says to do fits every route: a lozenge has no pump to slow or stop."""

from __future__ import annotations

import re

import pytest

from kapstone import monitoring

# What only an infusion has, said as if it were there.
OF_A_PUMP = re.compile(r"\b(slow|stop) (the|this) (infusion|pump|medicine)", re.IGNORECASE)


@pytest.mark.parametrize("limit", monitoring.limits(), ids=lambda row: row.id)
def test_no_limit_takes_a_pump_for_granted(limit: monitoring.Limit) -> None:
    says = f"{limit.do_yellow} {limit.do_red or ''}"
    assert not OF_A_PUMP.search(says)


def test_a_red_pressure_says_what_to_do_by_pump_and_by_lozenge() -> None:
    (row,) = [each for each in monitoring.limits() if each.id == "ALM-DBP-H"]
    assert row.do_red is not None
    assert "No more medicine" in row.do_red
    assert "running infusion" in row.do_red
    assert "lozenge" in row.do_red
