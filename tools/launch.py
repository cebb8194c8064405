"""Sets Kapstone up and runs it: `python3 tools/launch.py run|test|bench|check|fix|docs|lock`.

Standard library only, so that a machine with nothing but Python can start here. This file keeps to
the Python of long ago: an old one must get as far as being told that it is too old.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 14)
TOO_OLD = """Kapstone needs Python 3.11 or newer, and {} is {}.{}: install a newer one and run
`make run PYTHON=/path/to/python3`."""


def newer_python():
    # type: () -> str | None
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = [path for path in map(shutil.which, names) if path]
    # A version manager's stand-in is on the path without being able to run, so each is tried.
    return next((path for path in found if subprocess.call([path, "-c", ""], stderr=-3) == 0), None)


def main(words):
    # type: (list[str]) -> int
    if sys.version_info < OLDEST:
        newer = newer_python()
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606 - this same script, a newer Python
        sys.stderr.write(TOO_OLD.format(sys.executable, *sys.version_info[:2]) + "\n")
        return 1

    import recipes  # noqa: PLC0415 - not before: an old Python cannot read it

    if not words or words[0] not in recipes.RECIPES:
        sys.stdout.write(__doc__)
        return 2
    return recipes.main(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
