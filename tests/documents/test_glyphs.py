"""What the fonts cannot draw is written so that it can be read."""

from __future__ import annotations

import pytest

from kapstone import monitoring
from kapstone.documents.glyphs import coverage, drawable


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("SpO₂ 85 %", "SpO2 85 %"),
        ("■ limit 180", "! limit 180"),
        ("Zoë Þórsdóttir", "Zoë Þórsdóttir"),
        ("\u9f8d", "[U+9F8D]"),
        ("a\u202eb", "a[U+202E]b"),
        ("\u2714\ufe0f", drawable("\u2714")),
    ],
)
def test_a_text_as_it_is_printed(text: str, printed: str) -> None:
    assert drawable(text) == printed


def test_the_words_of_every_sign_can_be_printed() -> None:
    words = [each.label + each.short + (each.unit or "") for each in monitoring.signs().values()]
    assert not any("[U+" in drawable(each) for each in words)
    assert set(map(ord, drawable("".join(words)))) <= coverage() | {32}
