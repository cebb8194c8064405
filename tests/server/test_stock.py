"""Many workers move one lot at once: what is at hand is what came less what went, always."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from server.running import Server

SCRIPT = Path(__file__).with_name("stock_crowd.py")
GONE = ("use", "waste", "returned", "loss", "destruction")
MOVES = ("give", "waste", "put_back", "receive", "remove", "count")


def test_the_balance_holds_under_many_workers(database: str, tmp_path: Path) -> None:
    """Each worker draws its deeds from its seed; how they cross is the machine's own chance."""
    workers, deeds = (12, 40) if database.startswith("postgresql") else (3, 15)
    seed = 1
    server = Server(tmp_path, database)
    found = json.loads(server.run(str(SCRIPT), str(seed), str(workers), str(deeds)))
    sums = Counter(found["sums"])
    gone = -sum(sums[kind] for kind in GONE)
    assert found["balance"]["mg"] == sums["receipt"] - gone
    assert sums["return"] == sums["count"] == 0
    assert (found["fault"], found["lowest"] >= 0, found["lowest_out"] >= 0) == ("", True, True)
    assert found["out"] == found["balance"]["out"]
    assert found["given"] == -sums["use"], "the charts and the register tell of the same milligrams"
    done = sum((Counter(each) for each in found["done"]), Counter())
    assert sum(done.values()) == workers * deeds, "no worker fell over"
    assert done["give"] > 0
    assert done["refused not-possible"] > 0, "some of them found nothing left"
    assert found["lines"] >= 1 + sum(done[name] for name in MOVES)
    assert "entries hold" in server.run("-m", "kapstone.cli", "verify-audit")
