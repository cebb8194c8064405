"""Stories that people let be told: what is agreed to, what is made of a chart, what names nobody.

Nothing here knows who somebody is; names come in as words that must not stand in a text.
"""

from __future__ import annotations

from kapstone.stories.authorisation import (
    Agreed,
    Terms,
    audiences,
    document,
    kinds,
    longest,
    purposes,
    rights,
)
from kapstone.stories.scan import Spot, cited, speaks_of_partner, spots, spots_of_contact
from kapstone.stories.summary import (
    Case,
    Draft,
    Scores,
    Taken,
    age_band,
    cannot_show,
    draft,
    fewest,
    left_out,
)

__all__ = [
    "Agreed",
    "Case",
    "Draft",
    "Scores",
    "Spot",
    "Taken",
    "Terms",
    "age_band",
    "audiences",
    "cannot_show",
    "cited",
    "document",
    "draft",
    "fewest",
    "kinds",
    "left_out",
    "longest",
    "purposes",
    "rights",
    "speaks_of_partner",
    "spots",
    "spots_of_contact",
]
