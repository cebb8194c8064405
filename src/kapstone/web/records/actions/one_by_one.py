"""One deed for many rows, each by itself, so that a fault with one ends no watch of another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import models

from kapstone.web.records.actions.readings import JUDGING_FAULTS
from kapstone.web.records.refusals import Refused

Row = TypeVar("Row", bound=models.Model)
# What any job can meet: what judging meets, a refusal, a disk or a mail server that is away.
FAULTS = (*JUDGING_FAULTS, Refused, OSError)
log = logging.getLogger("kapstone.worker")


def one_by_one(rows: Iterable[Row], deed: Callable[[Row], int]) -> int:
    """Do it for every row, and add up what it gives.

    A fault is logged and raised when all had their turn, so that the round counts as failed.
    """
    done, faults = 0, []
    for row in rows:
        try:
            done += deed(row)
        except FAULTS as fault:
            log.exception("%s %s: not done in this round", row._meta.verbose_name, row.pk)
            faults.append(fault)
    if faults:
        raise faults[0]
    return done
