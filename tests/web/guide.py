"""The style guide with invented values: every part once, in one theme."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.template.loader import render_to_string

AT = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the passport.")
    weight = forms.DecimalField(label="Weight, kg", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    ride = forms.ChoiceField(
        label="Who drives home?",
        choices=[("sister", "A sister"), ("friend", "A friend")],
        widget=forms.RadioSelect,
    )
    fasting = forms.BooleanField(label="Nothing eaten since 22:00", help_text="Water is fine.")


CHIPS = [
    {"words": words, "level": level, "url": url}
    for words, level, url in (
        ("Treatment-resistant depression", "", ""),
        ("ready", "ok", ""),
        ("extra oversight", "caution", ""),
        ("specialist review", "stop", ""),
        ("missing", "unknown", ""),
        ("Preparation", "prep", ""),
        ("Medicine 2", "medicine", ""),
        ("Integration", "integration", ""),
        ("Follow-up", "", "#main"),
    )
]
GATES = [
    {"title": title, "state": state, "says": says, "lets_through": state in {"ok", "overridden"}}
    for title, state, says in (
        ("Screening decision in date", "ok", "Dr Osei, 6 Oct"),
        ("Fasting", "overridden", "last meal 9:30"),
        ("Resting blood pressure", "waits", "must be at most 140/90; last 138/86 on 20 Oct"),
        ("Pregnancy test", "unknown", "not answered"),
        ("Consent", "stop", "withdrawn 2 Nov"),
    )
]
FACTS = [
    {"when": "Today 09:12", "words": "Dose-day form finished.", "chip": "", "movement": ""},
    {
        "when": "22 Oct",
        "words": "The house with all the doors open.",
        "chip": "Integration",
        "movement": "integration",
        "quote": True,
    },
]
EVENTS = [
    {"when": "28 Sep", "title": "First call", "movement": "preparation", "words": "18 min"},
    {"when": "20 Oct", "title": "34 mg IV", "movement": "medicine", "chip": "Medicine 2"},
    {"when": "5 Nov", "title": "Integration", "movement": "integration", "state": "next"},
]
THREAD = [
    {"words": "May I bring my own blanket?", "by": "Marisol", "when": "10:02", "mine": False},
    {"words": "Yes, please do.", "by": "R. Lindqvist", "when": "10:20", "mine": True},
]
ROAD = [
    {"title": title, "state": state, "movement": movement, "detail": detail}
    for title, state, movement, detail in (
        ("Consultation", "done", "preparation", "18 min, 28 Sep"),
        ("Intake", "done", "preparation", "100 %, 30 Sep"),
        ("Screening", "done", "preparation", "Extra oversight: BP"),
        ("Consent", "blocked", "preparation", "withdrawn"),
        ("Preparation", "done", "preparation", "2 of 2"),
        ("Medicine", "now", "medicine", "IV 0.5 mg/kg, today 13:00"),
        ("Integration", "ahead", "integration", "within 72 h"),
        ("Review", "ahead", "integration", "after 4"),
        ("Maintenance", "ahead", "integration", "if it serves"),
    )
]
STEPS = [
    {"title": "You", "state": "done"},
    {"title": "Your health", "state": "now"},
    {"title": "Your hopes", "state": "ahead"},
]
NOTICES = [
    {"level": "info", "title": "A new version of the consent is out", "words": "Read it together."},
    {"level": "ok", "title": "Saved"},
    {"level": "caution", "title": "Reading above the limit", "words": "152/94. Repeat in 5 min."},
    {
        "level": "stop",
        "title": "A safety answer wants a person now",
        "words": "PHQ-9, last question: several days.",
        "url": "#main",
        "action": "Answer",
    },
]
VITALS = [
    {
        "label": "Blood pressure",
        "value": "152/94",
        "note": "13:20 · base 132/84",
        "level": "caution",
        "word": "watch",
    },
    {"label": "SpO₂", "value": 97, "unit": "%", "note": "13:20 · room air"},
    {"label": "Heart rate", "value": 188, "note": "13:20", "level": "stop", "word": "tell Dr Osei"},
    {"label": "Breathing", "value": None, "note": "not recorded yet"},
]


def guide(theme: str) -> str:
    """The whole page, as a browser would get it."""
    form = Sample({"name": "", "weight": "68", "ride": "sister"})
    values: dict[str, Any] = {
        "theme": theme,
        "form": form,
        "chips": CHIPS,
        "gates": GATES,
        "facts": FACTS,
        "events": EVENTS,
        "thread": THREAD,
        "road": ROAD,
        "steps": STEPS,
        "notices": NOTICES,
        "vitals": VITALS,
        "started": AT,
        "due": AT,
    }
    return render_to_string("base/guide.html", values)
