"""The parts: every one can be shown, none carries style or script of its own, icons exist."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from lucide import IconDoesNotExist
from web.guide import guide

from kapstone.web import clock
from kapstone.web.look.templatetags.look import (
    call,
    day,
    day_within,
    holds_until,
    icon,
    initials,
)
from kapstone.web.records.models import ScreeningDecision

WEB = Path(__file__).parents[2] / "src/kapstone/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
PARTS = sorted((WEB / "templates/parts").glob("*.html"))
SCRIPTS = sorted((WEB / "static/kapstone/js").glob("*.js"))
STYLES = sorted((WEB / "static/kapstone/css").rglob("*.css"))
# The policy of this house's pages is default-src 'self': none of these would run or show.
# A block of data is no script: nothing in it runs.
INLINE = re.compile(
    r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:"
    r"|<script(?![^>]*\s(?:src=|type=.application/json))",
    re.I,
)
HOW_TO = Path(__file__).parents[2] / "docs/how-to/write-a-page.md"
INCLUDED = re.compile(r'"parts/([a-z_]+\.html)"')


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_style_or_script_of_its_own(template: Path) -> None:
    found = INLINE.findall(template.read_text(encoding="utf-8"))
    assert found == [], f"{template.relative_to(WEB)} carries {found}"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_comment_of_a_template_ends_on_its_line(template: Path) -> None:
    """One that does not is no comment: people would read it on the page."""
    lines = template.read_text().splitlines()
    assert [line for line in lines if line.count("{#") != line.count("#}")] == []


@pytest.mark.parametrize("theme", ["light", "dark", "room"])
def test_the_guide_is_shown_in_its_theme(theme: str) -> None:
    assert f'data-theme="{theme}"' in guide(theme)


def test_the_guide_shows_every_part_that_the_how_to_lists() -> None:
    listed = set(INCLUDED.findall(HOW_TO.read_text(encoding="utf-8")))
    bases = ("templates/base/guide.html", "templates/base/page.html")
    shown = "".join((WEB / base).read_text(encoding="utf-8") for base in bases)
    inside = "".join(part.read_text(encoding="utf-8") for part in PARTS if part.name in listed)
    assert listed - set(INCLUDED.findall(shown + inside)) <= {"pagination.html"}
    assert listed <= {part.name for part in PARTS}


@pytest.mark.parametrize("part", PARTS, ids=lambda path: path.name)
def test_a_part_says_what_it_needs(part: Path) -> None:
    text = part.read_text(encoding="utf-8")
    assert re.search(r"\{# .*(Context: |no context|each page)", text), part.name


# Where answers of a questionnaire wait without a network, and the page they belong to.
PHONE = {"queue.js", "sending.js", "page-parts.js", "sheet-worker.js", "kept-copy.js"}
# The same for a sitter's looks (docs/explanation/a-session-at-home.md).
PHONE |= {"sitter-worker.js"}
# And for first words (docs/how-to/keep-first-words.md).
PHONE |= {"capture-worker.js"}
# What waits in a browser's storage, by the script that keeps it.
WAITS = {"queue.js": {"answers"}, "sitter-kept.js": {"sitter"}, "capture-keep.js": {"capture"}}
# The same for a room: sealed entries (docs/explanation/the-room-without-a-network.md).
TABLET = {"room-seal.js", "room-copy.js", "room-worker.js"}
# Both keep only what is sealed.
STORES = {"room-store.js", "capture-store.js"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short_and_keeps_nothing_of_the_chart(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert "sessionStorage" not in text
    assert ("indexedDB" in text) is (script.name in STORES)
    kept = re.findall(r"localStorage\.setItem\(\s*\"?(\w+)", text)
    # Answers without a network have nowhere else to wait; docs/explanation/answers-on-a-phone.md.
    assert set(kept) <= WAITS.get(script.name, {"theme"})
    assert ("caches" in text) <= (script.name in PHONE | TABLET)


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_only_the_tokens_name_a_colour(style: Path) -> None:
    if style.name == "tokens.css":
        return
    named = re.findall(r"#[0-9a-fA-F]{3,8}\b", style.read_text(encoding="utf-8"))
    assert set(named) <= {"#fff", "#999"}, "paper alone is white"


def test_an_icon_is_drawn_for_the_eye_only() -> None:
    assert 'aria-hidden="true"' in icon("bell")
    assert "<svg" in icon("bell")


def test_an_unknown_icon_fails_at_once() -> None:
    with pytest.raises(IconDoesNotExist):
        icon("no-such-icon")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Marisol Vega", "MV"), ("Marisol de la Vega", "MV"), ("Ana", "A"), ("", "")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


class Form(forms.Form):
    age = forms.IntegerField(help_text="In years.", min_value=18, max_value=90)
    ride = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, help_text="By car.")


def test_help_and_error_are_tied_to_the_field() -> None:
    page = render_to_string("parts/form.html", {"form": Form({"age": "7"})})
    for field in ("age", "ride"):
        tied = re.search(rf'aria-describedby="(id_{field}_helptext id_{field}_error)"', page)
        assert tied, field
        for name in tied[1].split():
            assert page.count(f'id="{name}"') == 1


def test_a_group_of_choices_has_a_legend() -> None:
    page = render_to_string("parts/form.html", {"form": Form()})
    assert re.search(r"<fieldset[^>]*>\s*<legend>Ride", page)


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ("988 Suicide and Crisis Lifeline, call or text", "tel:988"),
        ("988 24/7", "tel:988"),
        ("Samaritans: 116 123, free", "tel:116123"),
        ("116 123 24/7", "tel:116123"),
        ("Lifeline 13 11 14", "tel:131114"),
        ("Night line +1 (555) 010-0199, ask for Jo", "tel:+15550100199"),
        ("Crisis Text Line: text HOME to 741741, day and night", "sms:741741"),
        ("In danger right now: call 911", "tel:911"),
    ],
)
def test_a_line_is_called_by_its_number_alone(words: str, link: str) -> None:
    assert call(words) == f'<a href="{link}">{words}</a>'


def test_words_without_a_number_stay_words() -> None:
    assert call("My brother <Jo>") == "My brother <Jo>"


@pytest.mark.parametrize(("days", "said"), [(-1, "Yesterday"), (0, "Today"), (1, "Tomorrow")])
def test_a_near_day_has_its_date_for_paper(days: int, said: str, now: datetime) -> None:
    with clock.at(now):
        shown = day(now + timedelta(days=days))
    assert strip_tags(shown) == said
    assert f'data-paper="{3 + days} Nov 2026"' in shown


def test_a_far_day_is_its_date_already(now: datetime) -> None:
    with clock.at(now):
        assert day(now + timedelta(days=2)) == "5 Nov"


def test_a_near_day_within_a_sentence_is_not_written_large(now: datetime) -> None:
    with clock.at(now):
        assert strip_tags(day_within(now + timedelta(days=1))) == "tomorrow"
        assert day_within(now + timedelta(days=9)) == day(now + timedelta(days=9))


@pytest.mark.parametrize(
    ("days", "said"), [(1, "it holds until tomorrow"), (-1, "it ran out: yesterday")]
)
def test_a_full_stop_follows_the_day_at_once(days: int, said: str, now: datetime) -> None:
    row = ScreeningDecision(valid_until=now + timedelta(days=days))
    with clock.at(now):
        shown = holds_until(row, now)
    assert said in strip_tags(shown)
    assert shown == shown.strip()
