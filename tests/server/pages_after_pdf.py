"""Run as a script: compiles a PDF, as building the demonstration does, then serves the pages."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from kapstone.cli import server
from kapstone.documents import MeasuresReport, measures_pdf

NOW = datetime(2026, 3, 2, tzinfo=UTC)

if __name__ == "__main__":
    measures_pdf(
        MeasuresReport(title="T", practice="P", facts=(), says="", measures=(), written_at=NOW)
    )
    server.pages("127.0.0.1", int(sys.argv[1]), workers=1)
