"""The learning page: what may be changed, what is refused, and that it is about nobody."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from web.logging_in import logged_in

from kapstone.pharmacokinetics import learning as room
from kapstone.pharmacokinetics import models, routes
from kapstone.web.accounts.models import User
from kapstone.web.clinician import learning as page
from kapstone.web.records.models import Person

LEARNING, DOWNLOAD = reverse("learning"), reverse("learning_csv")


def text_of(content: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def shown(user: User, **query: Any) -> str:
    answer = logged_in(user).get(LEARNING, query)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


@pytest.mark.parametrize("route", routes())
def test_each_route_has_its_curve_its_models_and_its_words(route: str, abara: User) -> None:
    said = shown(abara, route=route)
    assert "Not a dosing aid." in said
    assert "Nothing is changed yet" in said
    for name in set(routes()[route].models.values()):
        model = models()[name]
        assert (model.title in said) or len(set(routes()[route].models.values())) > 1
    assert ("Would another published model say the same?" in said) == (route == "iv")
    assert "What no model here can tell" in said


def test_a_slower_pump_is_shown_and_explained(osei: User) -> None:
    said = shown(osei, route="iv", over_min=80)
    assert "yours : 35 mg racemic into a vein over 80 min (0.44 mg a minute), 70 kg" in said
    assert "The same dose, at another rate" in said
    assert "Otto 2021 (Fanta 2015)" in said
    assert "venous samples" in said
    assert "Nothing is changed yet" not in said


def test_what_a_change_does_is_said_for_that_change_alone(osei: User) -> None:
    said = shown(osei, route="oral", weight_kg=110)
    assert "Among 820 people this model found no use for weight." in said
    assert "Another body weight, the same dose in mg" not in said
    said = shown(osei, route="lozenge", spit="1", beside="iv")
    for title in ("Spat out instead of swallowed", "Another way in"):
        assert title in said
    assert "How long a lozenge is held: no model here has it." in said


def test_the_spread_between_models_is_told(osei: User) -> None:
    said = shown(osei, route="iv")
    assert "At minute 40: between 160 and 295 ng/mL." in said
    for title in ("Clements and Nimmo 1981", "Kamp 2020", "Simons 2022"):
        assert title in said


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"mg": "-1"}, "Enter 5 to 140 mg."),
        ({"mg": "nan"}, "Enter 5 to 140 mg."),
        ({"mg": "1e9"}, "Enter 5 to 140 mg."),
        ({"mg": ""}, "Enter 5 to 140 mg."),
        ({"mg": "much"}, "Enter 5 to 140 mg."),
        ({"weight_kg": "0"}, "Enter 30 to 300 kg."),
        ({"over_min": "9999"}, "Enter 0 to 240 min."),
        ({"mg": "140"}, "More than 1.5 mg/kg into a vein within an hour (anaesthesia)"),
        ({"second_mg": "10"}, "Enter the minute at which it is given."),
        ({"second_at_min": "90"}, "Enter how much, or leave the minute empty."),
        ({"second_mg": "10", "second_at_min": "20"}, "The first ends at minute 40."),
        ({"drug": "other"}, "Select a valid choice"),
        ({"site": "elsewhere"}, "Select a valid choice"),
        ({"beside": "nowhere"}, "Select a valid choice"),
        (
            {"route": "intranasal-device", "mg": "40"},
            "A device holds 28 mg. Enter one of 28, 56, 84",
        ),
    ],
)
def test_what_cannot_be_drawn_says_where_and_what_to_do(
    query: dict[str, str], words: str, osei: User
) -> None:
    client = logged_in(osei)
    answer = client.get(LEARNING, query)
    assert answer.status_code == 422
    said = text_of(answer.content.decode())
    assert words in said
    assert "Not drawn" in said
    assert "the fixed curve" in said
    refused = client.get(DOWNLOAD, query)
    assert refused.status_code == 422
    assert words in refused.content.decode()


def test_what_another_route_has_is_named_and_never_passed_over(osei: User) -> None:
    asked = {"route": "im", "over_min": "-5", "spit": "1", "site": "arterial"}
    answer = logged_in(osei).get(LEARNING, asked)
    assert answer.status_code == 422
    said = text_of(answer.content.decode())
    assert all(f"{name}: Into a muscle has no" in said for name in ("over_min", "spit", "site"))


def test_a_link_shows_the_same_again(osei: User) -> None:
    client = logged_in(osei)
    first = client.get(f"{LEARNING}?route=lozenge&mg=80&spit=1&weight_kg=60")
    link = unescape(re.findall(r'href="(/learn/\?[^"]+)">', first.content.decode())[-1])
    again = client.get(link)
    assert "80 mg racemic lozenge or troche under the tongue, spat out, 60 kg" in text_of(
        again.content.decode()
    )
    assert re.findall(r"<svg.*?</svg>", first.content.decode(), re.DOTALL) == re.findall(
        r"<svg.*?</svg>", again.content.decode(), re.DOTALL
    )


def rows_of(answer: Any) -> Iterator[dict[str, str]]:
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return csv.DictReader(lines)


def test_the_figures_can_be_taken_with_what_they_are(osei: User) -> None:
    answer = logged_in(osei).get(DOWNLOAD, {"route": "iv", "site": "arterial"})
    assert answer["Content-Disposition"] == 'attachment; filename="ketamine-iv.csv"'
    assert answer.content.decode().startswith(
        "# Published models of groups of people. Not a dosing"
    )
    assert "# Otto ME" in answer.content.decode()
    found = {(row["curve"], row["analyte"], row["at_min"]): row for row in rows_of(answer)}
    mine, fixed = (found[name, "ketamine", "40"] for name in ("yours", "fixed"))
    assert (mine["typical"], mine["site"], mine["model"]) == ("295.354", "arterial", "simons-2022")
    assert (fixed["typical"], fixed["site"], fixed["model"]) == ("159.552", "venous", "otto-2021")
    assert mine["unit"] == "ng/mL"
    assert float(mine["p05"]) < float(mine["typical"]) < float(mine["p95"])
    pushed = logged_in(osei).get(DOWNLOAD, {"route": "iv", "over_min": "0"})
    found = {(row["curve"], row["analyte"], row["at_min"]): row for row in rows_of(pushed)}
    assert found["yours", "ketamine", "2"]["typical"] == ""
    assert found["yours", "norketamine", "2"]["typical"] != ""


def test_a_push_is_said_to_be_beyond_every_model(osei: User) -> None:
    said = shown(osei, route="iv", over_min=0)
    assert "no model here can tell; the grey stretch has no curve" in said
    assert "not known" in said


def test_nobody_is_in_it_and_nothing_is_asked_of_the_record(
    osei: User, ade: Person, django_assert_max_num_queries: Any
) -> None:
    client = logged_in(osei)
    client.get(LEARNING)
    with django_assert_max_num_queries(20) as around:
        client.get(reverse("rules"))
    with django_assert_max_num_queries(len(around.captured_queries)):
        answer = client.get(LEARNING, {"person": ade.pk})
    assert ade.family not in answer.content.decode()


def test_the_same_people_and_times_whatever_is_asked(osei: User) -> None:
    """The cost of a page is bounded, and the same page costs nothing twice."""
    page.followed.cache_clear()
    client = logged_in(osei)
    for _ in range(2):
        client.get(LEARNING, {"people": "1000000", "times": "0:99999:0.001", "mg": "36"})
    kept = page.followed.cache_info()
    assert (kept.misses, kept.maxsize) == (2, page.KEPT)
    for row in (each for each in routes()):
        drawn = page.followed(room.setting_of(room.examples()[row]))
        assert len(drawn.times_min) <= 140
        assert len(drawn.found.curves["ketamine"]) == room.PEOPLE + 1


def test_it_is_open_to_all_only_in_the_demonstration(
    client: Client, db: None, settings: Settings
) -> None:
    assert client.get(LEARNING)["Location"].startswith("/accounts/login/")
    settings.DEMO = True
    answer = client.get(LEARNING, {"route": "film"})
    assert answer.status_code == 200
    assert "Film in the mouth" in answer.content.decode()
    assert 'aria-label="Practice"' not in answer.content.decode(), "no rail without a log-in"
    assert client.get(DOWNLOAD).status_code == 200
    assert client.post(LEARNING).status_code == 405


def test_who_is_cared_for_reads_it_only_in_the_demonstration(
    ade: Person, settings: Settings
) -> None:
    assert ade.user is not None
    client = logged_in(ade.user)
    assert client.get(LEARNING).status_code == 403
    settings.DEMO = True
    assert client.get(LEARNING).status_code == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"route": "zzz"}, "route: there is no “zzz”, only iv, im"),
        ({"route": "intranasal-device", "drug": "racemic"}, "drug: Esketamine spray device has no"),
        ({"route": "im", "over_min": "40"}, "over_min: Into a muscle has no “40”, only “0”."),
        ({"route": "iv", "drug": "zzz"}, "Medicine"),
    ],
)
def test_an_altered_address_draws_nothing_else_and_says_why(
    query: dict[str, str], words: str, osei: User
) -> None:
    page_shown, told = (logged_in(osei).get(address, query) for address in (LEARNING, DOWNLOAD))
    assert (page_shown.status_code, told.status_code) == (422, 422)
    assert words in text_of(page_shown.content.decode())
    assert words in told.content.decode()


def test_several_changes_are_not_told_as_one(osei: User) -> None:
    alone, both = (shown(osei, route="iv", mg=70, **more) for more in ({}, {"weight_kg": 110}))
    assert "Several things are changed at once" not in alone
    assert "Each row tells what its change does alone" in both


def test_two_doses_beside_each_other_are_called_no_equivalents(osei: User) -> None:
    assert "not equivalents" in shown(osei, route="im", beside="lozenge")
    assert "not equivalents" not in shown(osei, route="im", weight_kg=80)


def test_a_least_width_of_a_band_is_said_beside_it(osei: User) -> None:
    assert "never narrower than the typical curve ÷ 2" in shown(osei, route="im")
    assert "÷" not in shown(osei, route="iv")


def test_models_have_the_letters_and_the_site_of_their_curves(osei: User) -> None:
    answer = logged_in(osei).get(LEARNING, {"route": "iv"}).content.decode()
    listed = answer[answer.index('<ol class="models small" type="a">') :]
    assert "arterial samples" in listed
    assert "venous samples" in listed
