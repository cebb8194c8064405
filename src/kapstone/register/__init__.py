"""The register of controlled medicine: what is at hand of each lot, and where all of it went.

Arithmetic in milligrams of ketamine base and whole units. It knows no patient and no cabinet.
"""

from __future__ import annotations

from kapstone.register.balance import Balance, Change, Step, kept_together, said, walk
from kapstone.register.counting import Difference, counted, difference
from kapstone.register.dates import (
    expired,
    form_due_on,
    inventory_due_on,
    kept_until,
    near_expiry,
    notice_due_on,
)
from kapstone.register.moving import (
    KINDS,
    NotPossible,
    correct_dose,
    give,
    possible,
    put_back,
    release,
    remove,
    take_in,
    waste,
)
from kapstone.register.rows import (
    DoseKind,
    Form,
    Loss,
    Rule,
    Substance,
    dose_kinds,
    dose_kinds_of,
    fits,
    form_named,
    forms,
    losses,
    may_be_own,
    may_be_released,
    rule,
    rules,
    substance_named,
)

__all__ = [
    "KINDS",
    "Balance",
    "Change",
    "Difference",
    "DoseKind",
    "Form",
    "Loss",
    "NotPossible",
    "Rule",
    "Step",
    "Substance",
    "correct_dose",
    "counted",
    "difference",
    "dose_kinds",
    "dose_kinds_of",
    "expired",
    "fits",
    "form_due_on",
    "form_named",
    "forms",
    "give",
    "inventory_due_on",
    "kept_together",
    "kept_until",
    "losses",
    "may_be_own",
    "may_be_released",
    "near_expiry",
    "notice_due_on",
    "possible",
    "put_back",
    "release",
    "remove",
    "rule",
    "rules",
    "said",
    "substance_named",
    "take_in",
    "walk",
    "waste",
]
