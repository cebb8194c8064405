"""Forms, kinds of dose and rules: what fits which route, and where the law is silent."""

from __future__ import annotations

import pytest

from kapstone import knowledge, monitoring, register


def test_every_route_has_something_to_give_or_is_the_persons_own() -> None:
    for route in monitoring.routes():
        fit = [form for form in register.forms() if register.fits(form, route)]
        assert fit or register.may_be_own(route), route
        assert register.dose_kinds_of(route), route


def test_an_esketamine_device_fits_only_its_own_route() -> None:
    assert register.fits("spray_device", "esketamine")
    assert not register.fits("spray_device", "intranasal")
    assert not register.fits("vial", "esketamine")


def test_a_lozenge_for_the_home_is_the_persons_own_and_no_stock() -> None:
    assert register.may_be_own("lozenge_home")
    assert not any(register.fits(form, "lozenge_home") for form in register.forms())
    assert not register.may_be_own("iv")


def test_a_swallowed_dose_is_a_capsule_or_a_solution_and_asks_nothing_of_the_mouth() -> None:
    assert {name for name in register.forms() if register.fits(name, "oral")} == {
        "capsule",
        "oral_solution",
    }
    assert register.may_be_own("oral")
    assert {kind.id: kind.asks for kind in register.dose_kinds_of("oral")} == {"swallowed": ()}
    assert not any(register.may_be_released(name, "oral") for name in register.forms())


def test_a_lozenge_asks_how_long_it_was_held_and_whether_it_was_spat_out() -> None:
    asked = {kind.id: kind.asks for kind in register.dose_kinds_of("lozenge_clinic")}
    assert asked["lozenge"] == ("hold_min", "spat")
    assert "second_injection" in {kind.id for kind in register.dose_kinds_of("im")}


def test_an_injection_and_a_second_are_two_kinds_of_the_same_route() -> None:
    assert [kind.id for kind in register.dose_kinds_of("im")] == [
        "injection",
        "second_injection",
        "booster",
    ]


def test_a_rule_without_a_law_says_that_it_is_the_practices_own() -> None:
    silent = {row.id for row in register.rules().values() if row.basis == "DEFAULT"}
    assert silent == {"perpetual-balance", "two-count", "near-expiry"}
    assert all("CFR" in row.cites for row in register.rules().values() if "LAW" in row.basis)


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(knowledge.KnowledgeError, match="no such form: patch"):
        register.form_named("patch")
    with pytest.raises(knowledge.KnowledgeError, match="no such substance: esk"):
        register.substance_named("esk")


def test_units_are_counted_by_their_word() -> None:
    assert register.form_named("spray_device").units(1) == "1 device"
    assert register.form_named("lozenge").units(3) == "3 lozenges"
    assert register.substance_named("ketamine").dea_code == "7285"
    assert register.losses()["other"].label


def test_only_what_comes_in_whole_units_is_released_for_home() -> None:
    may = {name for name in register.forms() if register.may_be_released(name, "lozenge_home")}
    assert may == {"lozenge", "troche", "tablet"}
    assert not any(register.form_named(name).splits for name in may)
