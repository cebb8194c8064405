"""Every known fact has its line, also where no rule speaks of it, and can be given otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils.html import strip_tags
from web.logging_in import Enter

from kapstone import screening
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.known import holds
from kapstone.web.records import facts
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Course


@pytest.fixture
def page(course: Course, osei: User, enter: Enter, now: datetime) -> tuple[Client, str]:
    deeds.give_fact(course.person, "aneurysm", False, origin="clinician", at=now, by=osei)
    deeds.give_fact(course.person, "heart_rate_bpm", 71.0, origin="reading", at=now, by=osei)
    return enter(osei), f"/courses/{course.pk}/known/"


def section(words: str, domain: str) -> str:
    return words[words.index(f'id="{domain}"') :].split("</section>", maxsplit=1)[0]


def test_a_no_about_which_no_rule_speaks_can_be_said_otherwise(
    page: tuple[Client, str], course: Course, osei: User, now: datetime
) -> None:
    client, address = page
    part = section(client.get(address).content.decode(), "cardiac")
    said = " ".join(strip_tags(part).split())
    spoken = {name for each in facts.screen(course, now=now).findings for name, _ in each.because}
    assert "aneurysm" not in spoken
    assert f"a clinician · {osei.signed_name}" in said
    assert "Any known aneurysm: no" in said
    assert "does not age" in said
    link = f"/courses/{course.pk}/facts/?also=aneurysm"
    assert link in part
    assert client.get(link).status_code == 200


def test_every_known_fact_stands_there_once(
    page: tuple[Client, str], course: Course, now: datetime
) -> None:
    client, address = page
    words = client.get(address).content.decode()
    for name, given in facts.collect(course, now=now).items():
        assert words.count(f"Otherwise? {screening.describe(name, given)}") <= 1
        assert screening.describe(name, given) in section(words, screening.fact(name).domain)


def test_an_answer_that_has_aged_says_that_it_is_not_weighed(
    page: tuple[Client, str], osei: User, enter: Enter, now: datetime
) -> None:
    _, address = page
    of = screening.fact("heart_rate_bpm")
    assert of.fresh_days is not None
    for past, says in ((0, "holds until"), (1, "stale, not weighed")):
        with clock.at(now + timedelta(days=of.fresh_days, seconds=past)):
            words = enter(osei).get(address).content.decode()
        assert says in section(words, of.domain)


@pytest.mark.parametrize(("past", "idle"), [(0, None), (1, screening.Reason.STALE)])
def test_both_sides_of_the_day_on_which_an_answer_ages(
    now: datetime, past: int, idle: screening.Reason | None
) -> None:
    of = screening.fact("heart_rate_bpm")
    given = screening.Given(71.0, now, "reading", None)
    until = now + timedelta(days=of.fresh_days or 0)
    later = until + timedelta(seconds=past)
    assert holds(of, given, later) == {"until": until, "idle": idle}


def test_the_domains_of_the_review_lead_there(page: tuple[Client, str], course: Course) -> None:
    client, address = page
    review = client.get(f"/courses/{course.pk}/screening/").content.decode()
    assert f'href="{address}#cardiac"' in review
