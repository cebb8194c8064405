"""The worker beside the pages is started again when it dies, and stopped with them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kapstone.cli import server

# Says its process number to whoever reads, then dies.
DYING = "import os, pathlib\npathlib.Path(os.environ['TOLD']).write_text(str(os.getpid()))\n"


def test_a_worker_that_dies_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    (tmp_path / "dying.py").write_text(DYING, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("TOLD", str(told))
    monkeypatch.setattr(server, "PAUSE_S", 0.0)
    with server.companion("dying") as beside:
        # Opening the pipe waits for the child that writes into it.
        first, second = told.read_text(encoding="utf-8"), told.read_text(encoding="utf-8")
    assert first != second
    assert beside.process.poll() is not None


def test_it_ends_with_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    waits = DYING + "import signal; signal.pause()\n"
    (tmp_path / "waiting.py").write_text(waits, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("TOLD", str(told))
    with server.companion("waiting"):
        number = int(told.read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
