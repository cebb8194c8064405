"""Every published value lies within its tolerance of what the recommended model says."""

from __future__ import annotations

import pytest

from kapstone.pharmacokinetics.published import Published, compared, published


@pytest.mark.parametrize("row", published(), ids=lambda row: row.id)
def test_the_model_is_near_what_was_published(row: Published) -> None:
    found = list(compared(row))
    assert found
    far = [f"{each.what}: {each.fold:.2f}" for each in found if each.fold > row.within_fold]
    assert not far


def test_a_row_without_a_number_or_with_one_too_few_is_refused() -> None:
    row = published()[0].model_dump()
    for spoilt in ({"observed": (1.0,)}, {"observed": (), "at_min": ()}):
        with pytest.raises(ValueError, match=r"as many minutes|no number"):
            Published.model_validate(row | spoilt)
