"""The same words find the same pages, whichever database the practice keeps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kapstone import library as room
from kapstone.web.records import library as shelves

ASKED = (
    *("bladder", "depressi", "EMDR", "lozenges", "can I drive", "side effects"),
    *("ketamine zebra", "?!", "", "'; DROP TABLE page; --", "a:* | b", "\\"),
)
# In a process of its own, so that Django opens the database that is meant; no table is needed.
FIND = """
import django, json, sys
django.setup()
from kapstone.web.records import library
asked = json.loads(sys.argv[1])
print(json.dumps([[each.id for each in library.search(words)] for words in asked]))
"""


def test_both_databases_find_the_same_pages(database: str, tmp_path: Path) -> None:
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "kapstone.web.settings",
        "KAPSTONE_DATA": str(tmp_path),
        "KAPSTONE_DATABASE": database,
    }
    command = [sys.executable, "-c", FIND, json.dumps(ASKED)]
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    found = dict(zip(ASKED, json.loads(done.stdout), strict=True))
    assert {asked: set(names) for asked, names in found.items()} == {
        asked: set(room.by_full_text(asked)) for asked in ASKED
    }
    assert found["bladder"][0] == "bladder-liver-craving"
    assert found["EMDR"][0] == "ptsd"
    assert found["ketamine zebra"] == found["?!"] == found[""] == []


@pytest.mark.django_db
def test_a_word_in_the_title_comes_before_one_in_the_text() -> None:
    assert shelves.search("pain")[0].id == "pain"
    assert shelves.search("couples")[0].id == "couples"
