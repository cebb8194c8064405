"""The page of a rule stands open: it is knowledge, and says nothing of anybody."""

from __future__ import annotations

from django.test import Client

from kapstone import screening

EVERY = {each.id for each in screening.rules()} | {each.id for each in screening.interactions()}


def test_every_rule_that_a_card_may_name_has_an_open_page() -> None:
    answers = {name: Client().get(f"/cds-rules/{name}") for name in EVERY}
    assert {name for name, each in answers.items() if name not in each.content.decode()} == set()
    assert {each.status_code for each in answers.values()} == {200}


def test_a_page_names_condition_source_and_version() -> None:
    page = Client().get("/cds-rules/SCR-AGE-01").content.decode()
    assert "age_years &lt; 18 years" in page
    assert "SPRAVATO" in page
    assert screening.knowledge_digest()[:16] in page


def test_a_rule_that_is_none_has_no_page() -> None:
    assert Client().get("/cds-rules/SCR-NONE-01").status_code == 404
