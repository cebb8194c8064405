"""The register's pages: blind counts, running balances, a witness who signs in, strangers."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader
from web.logging_in import Enter
from web.register.conftest import text_of

from kapstone.web.accounts.models import User
from kapstone.web.records import register as stock
from kapstone.web.records.actions import counting, dosing, register
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import (
    Discrepancy,
    Entry,
    Holding,
    RegisterEntry,
    RegisterSettings,
    Session,
    StockCount,
)

D = Decimal
WASTED = {"units": "1", "open_mg": "", "words": "Fell from the tray and broke."}


def words_of(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_an_empty_register_says_how_it_begins(nurse: Client) -> None:
    said = text_of(nurse.get("/register/"))
    assert "Nothing is in the register" in said
    assert "None is on record here" in said


def test_a_delivery_is_taken_in_and_shown_with_its_balance(nurse: Client) -> None:
    told = {
        "form": "vial",
        "product": "Ketamine 50 mg/mL, 10 mL",
        "unit_mg": "500",
        "units": "10",
        "lot": "A1",
        "expires_on": "2027-06-30",
        "party": "North Supply",
        "address": "1 Dock Road",
        "dea_number": "RN0000000",
    }
    answer = nurse.post("/register/receive/", told, follow=True)
    assert "10 vials" in text_of(answer)
    assert "North Supply, DEA RN0000000" in text_of(answer)
    said = text_of(nurse.get("/register/"))
    assert "5000 mg in all" in said
    over = nurse.post("/register/receive/", told | {"lot": "B", "expires_on": "2026-11-02"})
    assert over.status_code == 422
    assert "The last day of this lot is over" in text_of(over)


@pytest.mark.parametrize("page", ["receive/", "lots/{}/loss/", "lots/{}/return/"])
def test_a_form_of_the_register_carries_an_id_of_its_own(
    page: str, vials: Holding, nurse: Client
) -> None:
    shown = nurse.get(f"/register/{page.format(vials.pk)}").content.decode()
    assert re.search(r'type="hidden" name="client_id" value="[0-9a-f-]{36}"', shown)


def test_what_ends_is_marked_near_only_once_the_practice_says_how_near(
    vials: Holding, nurse: Client, osei: User, now: datetime
) -> None:
    assert "near" not in text_of(nurse.get("/register/")).split("When was it counted")[0]
    register.settle({"near_days": 365}, name="Osei", at=now, by=osei)
    assert "! near" in text_of(nurse.get("/register/"))


def test_what_the_register_expects_is_nowhere_on_the_page_of_a_count(
    vials: Holding, nurse: Client
) -> None:
    page = nurse.get("/register/count/").content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert f'name="units_{vials.pk}"' in main
    assert "5000" not in main
    assert not re.search(r'name="units_\d+"[^>]*value=', main)
    assert "10 vials" not in main


def test_a_count_by_two_is_kept_and_its_difference_answered_by_name(
    vials: Holding, nurse: Client, signs_in: dict[str, str], osei: User, enter: Enter
) -> None:
    told = {f"units_{vials.pk}": "9", f"open_{vials.pk}": "0", "purpose": "shift"}
    answer = nurse.post("/register/count/", told | signs_in, follow=True)
    assert "1 vial fewer than the register says" in text_of(answer)
    assert "Abara and Lind" in text_of(answer)
    found = Discrepancy.objects.get()
    assert "Lot A1" in text_of(nurse.get("/register/")).replace("! ", "")
    page = f"/register/differences/{found.pk}/"
    own = nurse.post(page, {"words": "Behind the box.", "action": "close"})
    assert (own.status_code, "somebody else closes it" in text_of(own)) == (422, True)
    enter(osei).post(page, {"words": "Behind the box.", "action": "close"})
    assert not Discrepancy.objects.open().exists()
    assert "This was answered" in text_of(nurse.get(page))


def test_a_count_alone_is_refused_until_the_practice_settles_otherwise(
    vials: Holding, nurse: Client, osei: User, now: datetime
) -> None:
    told = {f"units_{vials.pk}": "10", f"open_{vials.pk}": "0", "purpose": "shift"}
    assert nurse.post("/register/count/", told).status_code == 422
    register.settle({"two_count": False}, name="Osei", at=now, by=osei)
    began = str(now.timestamp() - 41)
    answer = nurse.post("/register/count/", told | {"began": began}, follow=True)
    assert "took 41 s" in text_of(answer)


@pytest.mark.parametrize("began", ["", "x", "0", "99999999999"])
def test_a_page_that_lies_about_its_time_is_not_believed(
    vials: Holding, nurse: Client, osei: User, now: datetime, began: str
) -> None:
    register.settle({"two_count": False}, name="Osei", at=now, by=osei)
    told = {f"units_{vials.pk}": "10", f"open_{vials.pk}": "0", "purpose": "shift"}
    nurse.post("/register/count/", told | {"began": began})
    assert [row.took_s for row in StockCount.objects.all()] in ([None], [])


def test_an_inventory_says_as_of_when_and_until_when_it_holds(
    vials: Holding, nurse: Client, signs_in: dict[str, str], osei: User, now: datetime
) -> None:
    registered = {"registered_name": "Ash Lane LLC", "dea_number": "BA0000000"}
    register.settle(registered, name="Osei", at=now, by=osei)
    told = {f"units_{vials.pk}": "10", f"open_{vials.pk}": "0", "purpose": "inventory"}
    answer = nurse.post("/register/count/", told | signs_in | {"moment": "close"}, follow=True)
    assert "as of close of business" in text_of(answer)
    assert "due by 3 Nov 2028" in text_of(nurse.get("/register/"))
    count = StockCount.objects.get()
    paper = nurse.get(f"/register/counts/{count.pk}/pdf/")
    said = words_of(paper.content)
    for wanted in ("Asofcloseofbusiness", "10vials", "AshLaneLLC", "BA0000000", "Lind", "A1"):
        assert wanted in said, wanted


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"witness-password": "something else here"}, "not the password of this person"),
        ({"witness-code": "000000"}, "Incorrect code"),
        ({"witness-witness": ""}, "required"),
    ],
)
def test_a_witness_proves_who_they_are(
    vials: Holding,
    nurse: Client,
    signs_in: dict[str, str],
    wrong: dict[str, str],
    why: str,
) -> None:
    answer = nurse.post(f"/register/lots/{vials.pk}/waste/", WASTED | signs_in | wrong)
    assert (answer.status_code, why in text_of(answer)) == (422, True)
    assert RegisterEntry.objects.count() == 1


def test_a_witness_signs_in_and_the_first_stays_logged_in(
    vials: Holding, nurse: Client, signs_in: dict[str, str], abara: User, lind: User
) -> None:
    answer = nurse.post(f"/register/lots/{vials.pk}/waste/", WASTED | signs_in, follow=True)
    assert "with Lind" in text_of(answer)
    line = RegisterEntry.objects.get(kind="waste")
    assert (line.by, line.witness) == (abara, lind)
    assert nurse.get("/").context["user"] == abara
    again = nurse.post(f"/register/lots/{vials.pk}/waste/", WASTED | signs_in)
    assert again.status_code == 422, "the same code does not sign twice"


def test_a_witness_without_a_code_of_their_own_is_no_witness(
    vials: Holding, nurse: Client, lind: User
) -> None:
    typed = {
        "witness-witness": str(lind.pk),
        "witness-password": "correct horse battery",
        "witness-code": "1",
    }
    answer = nurse.post(f"/register/lots/{vials.pk}/waste/", WASTED | typed)
    assert "no code app yet" in text_of(answer)


def test_guessing_at_a_witness_is_limited(
    vials: Holding, nurse: Client, signs_in: dict[str, str]
) -> None:
    for _ in range(5):
        guess = WASTED | signs_in | {"witness-password": "not the password"}
        nurse.post(f"/register/lots/{vials.pk}/waste/", guess)
    answer = nurse.post(f"/register/lots/{vials.pk}/waste/", WASTED | signs_in)
    assert "Too many failed login attempts" in text_of(answer)


def test_one_lot_is_a_table_of_its_lines_with_the_balance_after_each(
    *, injection: Session, singles: Holding, nurse: Client, abara: User, lind: User, now: datetime
) -> None:
    told = Given(kind="injection", mg=D(50), holding=singles)
    dose = dosing.give_dose(injection, told, at=now, by=abara)
    dosing.waste_rest(injection, singles, mg=D(450), witness=lind, at=now, by=abara)
    why = "Mistyped: it was forty and not fifty."
    dosing.correct_dose(dose, mg=D(40), words=why, at=now, by=abara)
    said = text_of(nurse.get(f"/register/lots/{singles.pk}/"))
    for wanted in ("Given", "-50 mg", "1950 mg", "Wasted", "+10 mg", "1510 mg", "correction of 2"):
        assert wanted in said, wanted
    assert "do not add up" not in said


def test_a_line_is_corrected_on_its_page(vials: Holding, nurse: Client) -> None:
    line = RegisterEntry.objects.get()
    page = f"/register/lines/{line.pk}/correct/"
    assert "What should line 1 have said?" in text_of(nurse.get(page))
    told = {"units": "9", "open_mg": "", "words": "Counted the box again: nine came."}
    answer = nurse.post(page, told, follow=True)
    assert "4500 mg" in text_of(answer)
    assert nurse.post(page, told).status_code == 422


def test_more_waste_is_corrected_with_a_witness_who_signs_in(
    *,
    vials: Holding,
    nurse: Client,
    signs_in: dict[str, str],
    abara: User,
    osei: User,
    now: datetime,
) -> None:
    told = {"units": 1, "words": "Broken on the floor by the sink."}
    line = register.waste_stock(vials, told, witness=osei, at=now, by=abara)
    page = f"/register/lines/{line.pk}/correct/"
    assert "A second person signs in" in text_of(nurse.get(page))
    more = {"units": "2", "open_mg": "", "words": "Counted the pieces again: two were broken."}
    answer = nurse.post(page, more)
    assert (answer.status_code, "signs in for it" in text_of(answer)) == (422, True)
    wrong = nurse.post(page, more | signs_in | {"witness-code": "000000"})
    assert "Incorrect code" in text_of(wrong)
    nurse.post(page, more | signs_in)
    assert RegisterEntry.objects.filter(corrects=line, witness__name="Lind").exists()


def test_less_waste_is_corrected_alone(
    vials: Holding, nurse: Client, abara: User, osei: User, now: datetime
) -> None:
    told = {"units": 2, "words": "Broken on the floor by the sink."}
    line = register.waste_stock(vials, told, witness=osei, at=now, by=abara)
    less = {"units": "1", "open_mg": "", "words": "Counted the pieces again: one was broken."}
    assert nurse.post(f"/register/lines/{line.pk}/correct/", less).status_code == 302
    assert RegisterEntry.objects.get(corrects=line).witness is None


def test_a_loss_prints_the_fields_of_the_federal_form(
    vials: Holding, nurse: Client, osei: User, now: datetime
) -> None:
    register.settle({"registered_name": "Ash Lane LLC"}, name="Osei", at=now, by=osei)
    told = {
        "units": "1",
        "kind": "employee_pilferage",
        "found_on": "2026-11-03",
        "happened": "One vial fewer at the evening count; looked everywhere.",
        "police_told": "",
    }
    nurse.post(f"/register/lots/{vials.pk}/loss/", told)
    line = RegisterEntry.objects.get(kind="loss")
    assert line.lossreport.police_told is None
    said = words_of(nurse.get(f"/register/lines/{line.pk}/pdf/").content)
    for wanted in (
        "nottheofficialform",
        "by4November2026",
        "by18December2026",
        "Takenbyanemployee",
        "7285",
        "AshLaneLLC",
        "0inthisregister",
        "1vial",
        "500mg",
    ):
        assert wanted in said, wanted


def test_a_destruction_prints_the_fields_of_the_federal_form_and_both_who_watched(
    vials: Holding, nurse: Client, signs_in: dict[str, str]
) -> None:
    told = {"units": "2", "open_mg": "", "method": "Chemical digestion", "place": "1 Ash Lane"}
    nurse.post(f"/register/lots/{vials.pk}/destroy/", told | signs_in)
    line = RegisterEntry.objects.get(kind="destruction")
    said = words_of(nurse.get(f"/register/lines/{line.pk}/pdf/").content)
    for wanted in ("nottheofficialform", "Chemicaldigestion", "Abara", "Lind", "2vials", "1000mg"):
        assert wanted in said, wanted


def test_stock_goes_back_with_its_invoice(vials: Holding, nurse: Client) -> None:
    told = {"units": "3", "party": "Reverse Ltd", "address": "2 Dock Road", "dea_number": "RR1"}
    answer = nurse.post(f"/register/lots/{vials.pk}/return/", told, follow=True)
    assert "Reverse Ltd" in text_of(answer)
    assert stock.balance_of(vials).units == 7
    assert nurse.get(f"/register/lots/{vials.pk}/give-away/").status_code == 404


def test_the_practice_settles_what_the_law_leaves_open(
    osei: User, enter: Enter, practice: Any
) -> None:
    page, told = enter(osei), {"registered_name": "Ash Lane LLC", "answerer": str(osei.pk)}
    assert "not signed" in text_of(page.get("/register/settings/"))
    assert page.post("/register/settings/", told | {"name": "Other"}).status_code == 422
    page.post("/register/settings/", told | {"name": "Osei"})
    now = RegisterSettings.objects.now(practice)
    assert (now.two_count, now.near_days, now.answerer) == (False, None, osei)


def test_strangers_find_nothing_of_the_register(
    *, vials: Holding, marsh: User, abara: User, lind: User, enter: Enter, now: datetime
) -> None:
    counting.count_stock({vials.pk: (9, D(0))}, second=lind, at=now, by=abara)
    page = enter(marsh)
    count, line = StockCount.objects.get(), RegisterEntry.objects.first()
    assert line is not None
    for path in (
        f"lots/{vials.pk}/",
        f"lots/{vials.pk}/waste/",
        f"lines/{line.pk}/correct/",
        f"lines/{line.pk}/pdf/",
        f"counts/{count.pk}/",
        f"counts/{count.pk}/pdf/",
        f"differences/{Discrepancy.objects.get().pk}/",
    ):
        assert page.get(f"/register/{path}").status_code == 404, path
    assert "A1" not in text_of(page.get("/register/"))


def test_the_register_stands_on_the_rail_of_those_who_may(
    vials: Holding, abara: User, lind: User, enter: Enter, now: datetime
) -> None:
    counting.count_stock({vials.pk: (9, D(0))}, second=lind, at=now, by=abara)
    assert "/register/" in enter(abara).get("/").content.decode()
    assert "/register/" not in enter(lind).get("/").content.decode()


def test_looking_at_the_register_is_on_the_trail(vials: Holding, nurse: Client) -> None:
    nurse.get("/register/")
    nurse.get(f"/register/lots/{vials.pk}/")
    assert {"see register", "see lot"} <= set(Entry.objects.values_list("did", flat=True))
