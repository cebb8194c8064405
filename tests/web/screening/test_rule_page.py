"""A rule's page: everything by which a clinician can judge its basis."""

from __future__ import annotations

from html import unescape

import pytest
from django.utils.html import strip_tags
from web.logging_in import Enter

from kapstone import screening
from kapstone.screening import attributes
from kapstone.screening.board import Row
from kapstone.screening.disagreements import disagreements
from kapstone.web.accounts.models import User

EVERY: tuple[Row, ...] = (*screening.rules(), *screening.interactions())
ROWS = {each.id: each for each in EVERY}


def words(page: str) -> str:
    return " ".join(unescape(strip_tags(page)).split())


@pytest.fixture
def shown(enter: Enter, osei: User) -> dict[str, str]:
    """What three pages say: a rule of two facts, one worked out from readings, a medicine."""
    client, names = enter(osei), ("SCR-CAR-04", "SCR-CAR-07", "MED-BZD")
    return {name: words(client.get(f"/rules/{name}/").content.decode()) for name in names}


def test_every_row_has_its_page(enter: Enter, osei: User) -> None:
    client = enter(osei)
    assert {name for name in ROWS if client.get(f"/rules/{name}/").status_code != 200} == set()


def test_what_is_no_rule_is_not_found(enter: Enter, osei: User) -> None:
    assert enter(osei).get("/rules/SCR-NONE-01/").status_code == 404


def test_it_shows_what_it_reads_who_may_give_it_and_how_long_it_holds(
    shown: dict[str, str],
) -> None:
    assert "Have you ever had a heart attack" in shown["SCR-CAR-04"]
    assert "in mmHg" in shown["SCR-CAR-07"]
    assert "7 days" in shown["SCR-CAR-07"]
    assert "does not age" in shown["SCR-CAR-04"]
    assert "the person, a clinician, another record" in shown["SCR-CAR-04"]


def test_it_shows_the_condition_in_words(shown: dict[str, str]) -> None:
    assert "When it speaks: all of these" in shown["SCR-CAR-04"]
    assert ": up to 42 days" in shown["SCR-CAR-04"]
    assert "<=" not in shown["SCR-CAR-04"]


def test_it_shows_the_wording_for_both_and_why(shown: dict[str, str]) -> None:
    rule = next(each for each in screening.rules() if each.id == "SCR-CAR-04")
    for said in (rule.tell, rule.tell_person, rule.why):
        assert said in shown[rule.id]


def test_it_shows_how_strong_the_evidence_is_and_where_it_ends(shown: dict[str, str]) -> None:
    for one in attributes.strengths_of(ROWS["MED-BZD"]):
        assert one.words.split("'")[0] in shown["MED-BZD"]
    for line in attributes.limits_of(ROWS["SCR-CAR-04"]):
        assert line in shown["SCR-CAR-04"]


def test_it_shows_each_source_attribute_that_the_law_asks_for(shown: dict[str, str]) -> None:
    found = attributes.attributes_of(ROWS["SCR-CAR-04"])
    said = shown["SCR-CAR-04"]
    assert all(one.citation in said for one in found.citations)
    assert found.release.developer in said
    assert found.release.funding in said
    assert "21 Nov 2026" in said
    assert "not since its release" in said
    assert all(title in said for title in found.uses)
    assert screening.knowledge_digest()[:16] in said


def test_an_interaction_lists_the_medicines_it_looks_for(shown: dict[str, str]) -> None:
    assert "medicines it looks for" in shown["MED-BZD"]
    assert all(name in shown["MED-BZD"] for name in attributes.medicines_of(ROWS["MED-BZD"]))


def test_it_shows_where_its_sources_disagree_and_nothing_where_they_do_not(
    enter: Enter, osei: User, shown: dict[str, str]
) -> None:
    differing = next(row.id for row in EVERY if disagreements(row.id))
    said = words(enter(osei).get(f"/rules/{differing}/").content.decode())
    assert all(each.id in said for each in disagreements(differing))
    agreed = next(name for name in shown if not disagreements(name))
    assert "Where its sources disagree" not in shown[agreed]


def test_the_index_leads_to_every_rule_under_its_domain_and_back(enter: Enter, osei: User) -> None:
    page = enter(osei).get("/rules/").content.decode()
    assert {name for name in ROWS if page.count(f'href="/rules/{name}/"') != 1} == set()
    for each in screening.rules():
        assert f'id="{each.domain}"' in page
    assert 'href="/rules/#cardiac"' in enter(osei).get("/rules/SCR-CAR-04/").content.decode()


def test_no_rule_says_its_basis_in_codes(enter: Enter, osei: User) -> None:
    own = next(row.id for row in EVERY if (row.basis, row.confidence) == ("DEFAULT", "n/a"))
    client = enter(osei)
    said = words(client.get(f"/rules/{own}/").content.decode())
    assert "no text was needed: the practice's own setting" in said
    assert "basisthe practice's own setting" in said
    assert "DEFAULT (" not in said
