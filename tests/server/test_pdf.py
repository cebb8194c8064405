"""A PDF asked of the pages right after the same command compiled some, as `kapstone demo` does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from server.databases import Migrated
from server.running import Server, Visitor

HERE = Path(__file__).parent
PERSON = (
    "import django; django.setup(); from kapstone.web.records.models import Person; "
    "print(Person.objects.get().user_id)"
)


def test_pdfs_after_the_command_itself_made_one(migrated: Migrated, tmp_path: Path) -> None:
    """A compiler's threads do not live on in a forked process: there it waits for ever."""
    server = Server(tmp_path, migrated.sqlite(tmp_path))
    server.run(str(HERE / "small_practice.py"))
    person = json.loads(server.run("-c", PERSON))
    server.process = subprocess.Popen(
        [sys.executable, str(HERE / "pages_after_pdf.py"), str(server.port)],
        env=server.environment(),
        start_new_session=True,
    )
    try:
        server.wait_until_up()
        visitor = Visitor(server.address)
        visitor.enter_as(person)
        # As many as answer at once, and one: each held up would take one thread of the pages.
        for _ in range(5):
            with visitor.opener.open(f"{server.address}/me/measures/pdf/", timeout=10) as answer:
                assert answer.read(5) == b"%PDF-"
    finally:
        server.kill()
