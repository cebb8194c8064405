"""What could tell who somebody is, found with its place; and what is no such thing."""

from __future__ import annotations

import pytest

from kapstone import stories

NAMES = ["Ade Bello", "Noor Haddad", "Will Grace", "K-1007"]


def whys(text: str) -> list[str]:
    return [spot.words for spot in stories.spots(text, NAMES)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I met ade there.", "ade"),
        ("I met Ádé there.", "Ádé"),
        ("it was bello's idea", "bello"),
        ("We asked Will about it.", "Will"),
        ("It began on 3/11/2026.", "3/11/2026"),
        ("It began on 2026-11-03.", "2026-11-03"),
        ("It began in 2024.", "2024"),
        ("It began in november.", "november"),
        ("It began in May.", "May"),
        ("On a sunday it rained.", "sunday"),
        ("I live in ohio.", "ohio"),
        ("I live in Far Rockaway.", "Far"),
        ("Call me at (555) 010-0199.", "(555) 010-0199"),
        ("Call +1 555 010 0199 now", "+1 555 010 0199"),
        ("Write to me@example.org now", "me@example.org"),
        ("Look at www.example.org now", "www.example.org"),
        ("We live at 90210 now", "90210"),
        ("I met Ørsted and \u0418\u0432\u0430\u043d there.", "\u0418\u0432\u0430\u043d"),
        ("I am 93 years old.", "93 years old"),
        ("My record is k-1007.", "k-1007"),
    ],
)
def test_what_could_tell_is_found(text: str, found: str) -> None:
    assert found in whys(text) or any(found in each for each in whys(text))


@pytest.mark.parametrize(
    "text",
    [
        "I will go on. May I say so?",
        "It may help. Grace came later, with grace.",
        "PHQ-9 (0 to 27, lower is better): 19 on day 0; 7 on day 42.",
        "Day 0 is the day of the first dose.\nDays 7, 14, 21, 28, 35, 42, 49.",
        "I'm well. I\u2019ve slept.",
        "A person 40 to 49 years old.",
        "A person 90 or older.",
        "It was été, and then \u00e9tude.",
        "The ocean, and a shade of blue.",
    ],
)
def test_what_tells_nothing_is_let_be(text: str) -> None:
    assert whys(text) == []


def test_a_spot_says_its_line_and_why() -> None:
    (spot,) = stories.spots("One.\nTwo with Noor.", NAMES)
    assert (spot.line, spot.words) == (2, "Noor")
    assert spot.says == "Line 2: “Noor” (a name)"
    text = "One.\nTwo with Noor."
    assert text[spot.start : spot.end] == "Noor"


def test_own_words_may_hold_a_place_and_no_name_or_number() -> None:
    text = "In Ohio, on a Sunday in May, I felt the sea."
    assert stories.spots_of_contact(text, NAMES) == []
    assert stories.spots_of_contact("Ask Noor, or call 555 010 0199.", NAMES) != []


def test_words_of_a_partner_are_heard() -> None:
    assert stories.speaks_of_partner("And my wife saw it.") is not None
    assert stories.speaks_of_partner("And MY HUSBAND saw it.") is not None
    assert stories.speaks_of_partner("A friend saw it.") is None
