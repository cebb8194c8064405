"""Practices are laid beside each other by sums that were signed; nobody's row leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from registry import made

from kapstone.instruments import instrument
from kapstone.registry import benchmarks, report
from kapstone.registry.benchmarks import Aggregate, NotGenuine, pooled, signed, verified
from kapstone.registry.engines import opened

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2)]


def counted(folder: Path, scores: made.Scores) -> report.Counted:
    with opened(made.registry(folder, scores)) as of:
        return report.counted(of, instrument("phq9"), made.SEEN)


def file_of(of: report.Counted, name: str, key: Ed25519PrivateKey) -> bytes:
    return signed(benchmarks.aggregated(of, practice=name, written_at="2026-11-22"), key)


@pytest.fixture
def two(tmp_path: Path) -> list[report.Counted]:
    """Two practices, each with a registry of its own."""
    return [counted(tmp_path / str(seed), made.many(300, seed)) for seed in (1, 2)]


def both(two: list[report.Counted]) -> list[Aggregate]:
    named = zip(two, ("Ash Lane", "Far Field"), KEYS, strict=True)
    return [verified(name, file_of(of, name, key)) for of, name, key in named]


def test_two_practices_pool_to_what_one_with_all_people_would_say(
    two: list[report.Counted], tmp_path: Path
) -> None:
    first, second = (made.many(300, seed) for seed in (1, 2))
    everybody = dict(first) | {str(int(name) + 300): days for name, days in second.items()}
    whole = {week.week: week for week in counted(tmp_path / "all", everybody).weeks}
    weeks = [week for week in pooled(both(two))["weeks"] if not week["untold"]]
    assert len(weeks) >= 5
    for week in weeks:
        of = whole[week["week"]]
        assert week["n"] == of.n
        assert week["mean"] == pytest.approx(of.mean)
        assert week["sd"] == pytest.approx(of.sd)
        if (told := week["response"]) and told["n"] == of.n:
            assert told["yes"] == of.response


def test_limits_stand_in_the_order_of_names_not_of_results(two: list[report.Counted]) -> None:
    week = next(w for w in pooled(both(two))["weeks"] if w["response"])
    places = week["response"]["practices"]
    assert [each["practice"] for each in places] == ["Ash Lane", "Far Field"]
    for each in places:
        low, high = each["limits_95"]
        assert each["limits_99_8"][0] <= low < week["response"]["observed"] < high
        assert (each["outside"] is None) == (low <= each["observed"] <= high)


def test_one_changed_figure_breaks_the_signature(two: list[report.Counted]) -> None:
    text = file_of(two[0], "Ash Lane", KEYS[0])
    read = orjson.loads(text)
    read["body"]["weeks"][0]["n"] += 1
    with pytest.raises(NotGenuine, match="changed after it was signed"):
        verified("a.json", orjson.dumps(read))
    read = orjson.loads(text)
    other = orjson.loads(file_of(two[0], "Ash Lane", KEYS[1]))
    read["seal"]["key"] = other["seal"]["key"]
    with pytest.raises(NotGenuine, match="changed after it was signed"):
        verified("a.json", orjson.dumps(read))


@pytest.mark.parametrize("text", [b"{}", b"no", b'{"body": {}, "seal": {"key": "00"}}'])
def test_another_file_is_refused(text: bytes) -> None:
    with pytest.raises(NotGenuine, match="not a file of"):
        verified("a.json", text)


def test_nothing_small_leaves_and_nothing_small_is_taken(two: list[report.Counted]) -> None:
    body = benchmarks.aggregated(two[0], practice="Ash Lane", written_at="2026-11-22")
    counts = [week[name] for week in body["weeks"] for name in benchmarks.COUNTS]
    assert not [n for n in counts if n is not None and 0 < n < report.FEWEST]
    bad: dict[str, Any] = orjson.loads(orjson.dumps(body))
    bad["weeks"][0]["response"] = 3
    with pytest.raises(NotGenuine, match="response is below 11"):
        verified("a.json", signed(bad, KEYS[0]))


def test_a_small_practice_tells_nothing(tmp_path: Path) -> None:
    body = benchmarks.aggregated(
        counted(tmp_path, made.TOY), practice="Small", written_at="2026-11-22"
    )
    assert {week["n"] for week in body["weeks"]} == {None}
    assert {week["sum"] for week in body["weeks"]} == {None}


def test_a_practice_counts_once(two: list[report.Counted]) -> None:
    with pytest.raises(NotGenuine, match="twice"):
        pooled([both(two)[0], both(two)[0]])
