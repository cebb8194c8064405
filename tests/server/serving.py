"""Run as a script: the pages as `kapstone serve` starts them, on this port with so many workers."""

from __future__ import annotations

import sys

from kapstone.cli import server

if __name__ == "__main__":
    server.pages("127.0.0.1", int(sys.argv[1]), workers=int(sys.argv[2]))
