"""What makes the room easier, asked the same way at home and in the practice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from kapstone.intake import preparation

LONGEST = 4000


class ComfortsForm(forms.Form):
    """What makes the room easier; nothing is chosen beforehand, and no touch is the rule."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for comfort in preparation.comforts():
            self.fields[comfort.id] = field_of(comfort)
        self.fields["music_words"] = forms.CharField(
            label="Which music, in your words", required=False, max_length=300
        )
        self.fields["touch"] = forms.MultipleChoiceField(
            label="Touch that is agreed to",
            required=False,
            choices=[(area.id, area.ask) for area in preparation.touch_areas()],
            widget=forms.CheckboxSelectMultiple,
        )

    def told(self) -> dict[str, Any]:
        """What was said, as the deed takes it; comforts that were left open are left out."""
        clean = self.cleaned_data
        said = {name: clean[name] for name in clean if name in asked() and clean[name]}
        return {"comforts": {**said, "touch": clean["touch"]}}

    @property
    def choices(self) -> list[tuple[preparation.Comfort, forms.BoundField]]:
        return [(comfort, self[comfort.id]) for comfort in preparation.comforts()]


class PreparationForm(ComfortsForm):
    """What was said in a session: intentions and worries beside the comforts."""

    intentions = forms.CharField(
        label="Intentions",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    worries = forms.CharField(
        label="Worries",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = preparation.intentions_at_most()
        self.fields["intentions"].help_text = f"At most {most}, one on a line."

    def told(self) -> dict[str, Any]:
        """The comforts, and the words beside them."""
        words = {name: self.cleaned_data[name] for name in ("intentions", "worries")}
        return {**words, **super().told()}


def field_of(comfort: preparation.Comfort) -> forms.Field:
    if not comfort.options:
        return forms.CharField(label=comfort.title, required=False, max_length=300)
    options = [(option.id, option.text) for option in comfort.options]
    return forms.ChoiceField(
        label=comfort.title, required=False, choices=options, widget=forms.RadioSelect
    )


def asked() -> set[str]:
    return {comfort.id for comfort in preparation.comforts()} | {"music_words"}


def said_before(row: Any) -> dict[str, Any]:
    """The last comforts as the beginning of the next, so that nobody is asked twice."""
    return dict(row.comforts) if row else {}


def comforts_said(comforts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each comfort that was chosen, in words; touch comes first, and none is said as none."""
    areas = {area.id: area.ask for area in preparation.touch_areas()}
    agreed = [areas.get(name, str(name)) for name in comforts.get("touch") or ()]
    yield "Touch", ", ".join(agreed) or "No touch"
    for comfort in preparation.comforts():
        if value := comforts.get(comfort.id):
            words = {option.id: option.text for option in comfort.options}
            yield comfort.title, words.get(value, str(value))
    if own := comforts.get("music_words"):
        yield "Music, in their words", str(own)
