"""Lines as people, prescribers and other systems write them, and what is never made of them."""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.screening import recognise
from kapstone.screening.medicines import (
    LONGEST_LINE,
    Medicine,
    codes,
    doubting_words,
    idle_words,
    medicines,
    names,
    words,
)

TABLE = tomllib.loads((Path(__file__).parent / "med_table.toml").read_text(encoding="utf-8"))
NAMED = [(row, name) for row, of in TABLE.items() for name in (*of["ingredients"], *of["brands"])]


# What each of these names besides, when it stands in a row of the table.
PARTNERS = {"MED-NTX": "bupropion", "MED-MEM": "bupropion quinidine"}


@pytest.mark.parametrize(("row", "name"), NAMED)
def test_every_name_of_the_evidence_has_its_class(row: str, name: str) -> None:
    read = recognise(name)
    assert read.recognised
    assert row in read.classes or name in PARTNERS[row].split()


def test_there_are_more_ingredients_than_asked_for() -> None:
    assert len(medicines()) >= 250


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        # as other records write them
        ("120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler", "fluticasone"),
        ("200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler", "albuterol"),
        ("Acetaminophen 325 MG Oral Tablet", "acetaminophen"),
        ("Alteplase 100 MG Injection", "alteplase"),
        ("Chlorpheniramine Maleate 2 MG/ML Oral Solution", "chlorpheniramine"),
        ("Clonazepam [Klonopin]", "clonazepam"),
        ("Clopidogrel 75 MG Oral Tablet", "clopidogrel"),
        ("Errin 28 Day Pack", "norethindrone"),
        ("Hydrochlorothiazide 6.25 MG", "hydrochlorothiazide"),
        ("Liletta 52 MG Intrauterine System", "levonorgestrel"),
        ("Loratadine 5 MG Chewable Tablet", "loratadine"),
        ("Naproxen sodium 220 MG Oral Tablet", "naproxen"),
        ("Trinessa 28 Day Pack", "norgestimate ethinylestradiol"),
        ("24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet", "metformin"),
        ("1 ML epinephrine 1 MG/ML Auto-Injector", "epinephrine"),
        (
            "{7 (inert ingredients 1 MG Oral Tablet) / 21 (drospirenone 3 MG / ethinyl estradiol "
            "0.02 MG Oral Tablet) } Pack [Yaz 28 Day]",
            "drospirenone ethinylestradiol",
        ),
        ("buprenorphine 8 MG / naloxone 2 MG Sublingual Film [Suboxone]", "buprenorphine naloxone"),
        # as a prescriber scrawls them
        ("lorazepam 0.5mg po bid prn", "lorazepam"),
        ("sertraline50mg", "sertraline"),
        ("Zoloft (sertraline) 100", "sertraline"),
        ("EffexorXR", "venlafaxine"),
        ("buPROPion XL 150 qam", "bupropion"),
        ("levothyroxine 50 \u00b5g q morning", "levothyroxine"),
        ("Klonopin \u00bd tab qhs", "clonazepam"),
        # as people say them
        ("St John's Wort", "st_johns_wort"),
        ("CBD oil", "cannabidiol"),
        ("THC gummies", "cannabis"),
        ("weed", "cannabis"),
        ("vitamin D3 2,000 IU", "cholecalciferol"),
        # one brand, several medicines
        ("Auvelity", "dextromethorphan bupropion"),
        ("Contrave ER", "naltrexone bupropion"),
        ("Lybalvi", "olanzapine samidorphan"),
        ("Symbyax", "olanzapine fluoxetine"),
        ("Fioricet", "butalbital acetaminophen caffeine"),
        ("Percocet 5-325", "oxycodone acetaminophen"),
        ("Caduet", "amlodipine atorvastatin"),
        ("Zestoretic", "lisinopril hydrochlorothiazide"),
        ("Hyzaar", "losartan hydrochlorothiazide"),
        ("Diovan HCT", "valsartan hydrochlorothiazide"),
        ("Advil PM", "ibuprofen diphenhydramine"),
        ("Claritin-D", "loratadine pseudoephedrine"),
        ("Tylenol #3", "acetaminophen codeine"),
        ("Tylenol 3 times a day", "acetaminophen"),
    ],
)
def test_a_line_is_read_to_its_ingredients(text: str, ingredients: str) -> None:
    read = recognise(text)
    assert read.recognised, read.reason
    assert {*read.ingredients} == {*ingredients.split()}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("phenylephrine nasal spray", {"MED-DEC", "MED-SYM"}),
        ("Vivitrol", {"MED-VIV"}),
        ("naltrexone 50 mg", {"MED-NTX"}),
        ("Butrans", {"MED-OAT"}),
        ("Spravato", {"MED-KET"}),
        ("voriconazole", {"MED-3A4S", "MED-2B6I", "QT"}),
        ("amiodarone", {"QT"}),
        ("citalopram", {"MED-SSRI", "QT"}),
        ("ritonavir", {"MED-IND2", "MED-3A4S", "MED-HIVB"}),
        ("phenobarbital", {"MED-OXB", "MED-CBZ", "MED-2B6IND"}),
        ("tizanidine", {"MED-CLON", "MED-MR"}),
        ("fluvoxamine", {"MED-3A4M", "MED-SSRI"}),
    ],
)
def test_a_medicine_belongs_to_every_class_it_acts_as(text: str, ids: set[str]) -> None:
    assert {*recognise(text).classes} == ids


@pytest.mark.parametrize(
    ("text", "word", "offered"),
    [
        ("no medications", "no", ()),
        ("none", "none", ()),
        ("Denies", "denies", ()),
        ("stopped lorazepam 2019", "stopped", ("lorazepam",)),
        ("allergic to codeine", "allergic", ("codeine",)),
        ("I don't take Xanax", "dont", ("alprazolam",)),
    ],
)
def test_a_doubting_word_counts_nothing_as_taken_and_says_so(
    text: str, word: str, offered: tuple[str, ...]
) -> None:
    read = recognise(text)
    assert (read.recognised, read.ingredients, read.classes) == (False, (), ())
    assert f"\u201c{word}\u201d" in (read.reason or "")
    assert read.suggestions == offered


def test_a_doubting_word_inside_a_name_is_no_doubt() -> None:
    assert recognise("Tylenol No 3").ingredients == ("acetaminophen", "codeine")


@pytest.mark.parametrize("text", ["", "  ", "50 mg", "tablet daily", "\u200b", "--"])
def test_a_line_without_a_medicine_says_that(text: str) -> None:
    read = recognise(text)
    assert not read.recognised
    assert read.reason


@pytest.mark.parametrize(
    "text", ["sertraline?", "sertraline \U0001f344", "sertraline \u0444", "clonaz\u00e9pam", "asa"]
)
def test_a_sign_nobody_reads_keeps_the_line_open(text: str) -> None:
    assert not recognise(text).recognised


@pytest.mark.parametrize(
    ("text", "meant"),
    [("clonazepan", "clonazepam"), ("clonidin", "clonidine"), ("loratadin", "loratadine")],
)
def test_a_look_alike_is_never_taken_by_itself(text: str, meant: str) -> None:
    read = recognise(text)
    assert read.ingredients == ()
    assert meant in read.suggestions


@pytest.mark.parametrize("meant", ["clonazepam", "clonidine", "lorazepam", "loratadine"])
def test_look_alikes_stay_apart(meant: str) -> None:
    assert recognise(meant).ingredients == (meant,)


# codes


def test_a_code_without_words_names_its_ingredient() -> None:
    read = recognise("", "36437")
    assert (read.recognised, read.ingredients) == (True, ("sertraline",))


def test_a_code_that_agrees_with_its_words_changes_nothing() -> None:
    assert recognise("Zoloft 50 mg", "36437") == recognise("Zoloft 50 mg")


def test_a_code_that_disagrees_leaves_both_and_asks() -> None:
    read = recognise("Lorazepam 1 mg", "36437")
    assert not read.recognised
    assert {*read.ingredients} == {"lorazepam", "sertraline"}
    assert read.reason == "Its code says sertraline, its words say lorazepam. Ask which is right."


def test_a_product_code_is_read_by_its_words_alone() -> None:
    assert recognise("Clopidogrel 75 MG Oral Tablet", "309362").recognised
    assert not recognise("", "309362").recognised


def test_a_code_does_not_excuse_words_nobody_could_read() -> None:
    assert not recognise("sertraline and foozol", "36437").recognised


def test_each_code_is_a_number_of_one_ingredient() -> None:
    assert len(codes()) >= 250
    assert all(code.isascii() and code.isdecimal() for code in codes())


# very long


def test_a_very_long_line_is_cut_and_stays_open() -> None:
    just, over = "sertraline ".ljust(LONGEST_LINE), "sertraline ".ljust(LONGEST_LINE + 1)
    assert recognise(just).recognised
    assert not recognise(over).recognised
    assert recognise("lorazepan " * 1_000).suggestions[0] == "lorazepam"


# what holds of every line

NAMES = sorted({" ".join(phrase) for phrase in names()})
IDLE = sorted(idle_words())
ingredients = st.lists(
    st.sampled_from(sorted(row.name for row in medicines().values() if row.name.isalpha())),
    min_size=1,
    max_size=4,
    unique=True,
)
doses = st.builds("{} {}".format, st.integers(1, 900), st.sampled_from(["mg", "mcg", "ml"]))
anything = st.lists(
    st.one_of(st.sampled_from(NAMES), st.sampled_from(IDLE), st.text(max_size=12)), max_size=6
).map(" ".join)


@given(anything, st.text(max_size=30))
def test_more_words_never_make_an_unread_line_recognised(line: str, more: str) -> None:
    before, after = recognise(line), recognise(f"{line} foozol {more}")
    assert after.unread[: len(before.unread) + 1] == (*before.unread, "foozol")
    assert not after.recognised


@given(anything)
def test_recognised_means_that_every_word_is_accounted_for(line: str) -> None:
    read = recognise(line)
    if not read.recognised:
        assert read.reason
        return
    assert read.ingredients
    spoken = {word for one in read.ingredients for word in all_words(medicines()[one])}
    for word in words(line):
        assert word in spoken or word in IDLE or word[0].isdecimal() or run_on(word, spoken)


def all_words(row: Medicine) -> set[str]:
    return {word for name in (row.name, *row.brands, *row.also) for word in words(name)}


def run_on(word: str, spoken: set[str]) -> bool:
    return any(word.startswith(name) for name in spoken)


@given(ingredients, st.randoms(use_true_random=False))
def test_the_order_of_ingredients_does_not_matter(named: list[str], chance: object) -> None:
    mixed = sorted(named, key=lambda _: chance.random())  # type: ignore[attr-defined]  # Random
    one, other = recognise(" / ".join(named)), recognise(" / ".join(mixed))
    assert {*one.ingredients} == {*other.ingredients}
    assert one.recognised
    assert other.recognised


@given(ingredients, doses)
def test_a_dose_never_changes_the_ingredients(named: list[str], dose: str) -> None:
    plain, dosed = recognise(" / ".join(named)), recognise(" / ".join(f"{n} {dose}" for n in named))
    assert (plain.ingredients, plain.recognised) == (dosed.ingredients, dosed.recognised)


def test_no_name_is_an_idle_or_a_doubting_word() -> None:
    single = {phrase[0] for phrase in names() if len(phrase) == 1}
    assert single & (idle_words() | doubting_words()) <= {"magnesium"}


def test_no_name_is_another_name_and_its_release() -> None:
    single = {phrase[0] for phrase in names() if len(phrase) == 1}
    tails = ("xr", "xl", "er", "sr", "cr", "ir", "la", "odt", "hcl")
    assert not {name + tail for name, tail in product(single, tails)} & single
