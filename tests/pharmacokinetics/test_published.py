"""Every published value lies within its tolerance of what the recommended model says."""

from __future__ import annotations

from typing import Any

import pytest
from pharmacokinetics.published import compared, rows

from kapstone.pharmacokinetics.rows import citations


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_the_model_is_near_what_was_published(row: dict[str, Any]) -> None:
    found = list(compared(row))
    assert found
    assert row["source"] in citations()
    far = [f"{each.what}: {each.fold:.2f}" for each in found if each.fold > each.within_fold]
    assert not far
