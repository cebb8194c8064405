"""Fetches the front-end files that are kept in the repository, and checks them.

`python tools/vendor.py` packs each package with npm, compares the archive with the sha512 that the
registry declares for it, and takes the named files out; `vendor.lock.json` keeps version, licence,
that sha512 and the sha256 of every file. With --check nothing is fetched: the files that are there
are compared with the lock. htmx is not here: django-htmx ships it, and the lock of Python packages
holds that one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "vendor.lock.json"
FONTS = "src/kapstone/web/static/kapstone/fonts"
TESTS = "tests/browser/vendor"
# A map that is not shipped makes the static files' manifest fail.
# A file may hold such a line of another file inside a string, so only the last one goes.
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ ?\*/)\s*\Z")


class Package(NamedTuple):
    """One npm package, and where each file of it that we keep has its place here."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": f"{FONTS}/inter.woff2",
            "files/inter-latin-ext-wght-normal.woff2": f"{FONTS}/inter-ext.woff2",
            "LICENSE": f"{FONTS}/inter.LICENSE.txt",
        },
    ),
    Package(
        "@fontsource-variable/newsreader",
        "5.3.0",
        "OFL-1.1",
        {
            "files/newsreader-latin-wght-normal.woff2": f"{FONTS}/newsreader.woff2",
            "files/newsreader-latin-ext-wght-normal.woff2": f"{FONTS}/newsreader-ext.woff2",
            "LICENSE": f"{FONTS}/newsreader.LICENSE.txt",
        },
    ),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        {"axe.min.js": f"{TESTS}/axe.min.js", "LICENSE": f"{TESTS}/axe.LICENSE.txt"},
    ),
    # The form filler of the National Library of Medicine: a peer that our questionnaires must suit.
    Package(
        "lforms",
        "38.3.0",
        "SEE LICENSE IN LICENSE.md",
        {
            "dist/lforms/webcomponent/lhc-forms.js": f"{TESTS}/lhc-forms.js",
            "dist/lforms/webcomponent/assets/lib/zone.min.js": f"{TESTS}/lhc-forms-zone.js",
            "dist/lforms/fhir/R4/lformsFHIR.min.js": f"{TESTS}/lhc-forms-fhir.js",
            "LICENSE.md": f"{TESTS}/lhc-forms.LICENSE.md",
        },
    ),
)


def fetch(package: Package, folder: Path) -> tuple[Path, str]:
    """The package's archive and its integrity; another archive than the declared one ends here."""
    done = subprocess.run(
        [
            "npm",
            "pack",
            f"{package.name}@{package.version}",
            "--json",
            "--pack-destination",
            folder,
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    [packed] = json.loads(done.stdout)
    archive = folder / packed["filename"]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if packed["integrity"] != f"sha512-{digest}":
        raise SystemExit(f"{archive.name}: not what the registry declares; do not use it")
    return archive, packed["integrity"]


def taken_out(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as packed:
        member = packed.extractfile(f"package/{name}")
        if member is None:
            raise SystemExit(f"{archive.name} has no {name}")
        content = member.read()
    return SOURCE_MAP.sub(b"", content) if name.endswith((".js", ".css")) else content


def put(package: Package, folder: Path) -> list[dict[str, str]]:
    """Fetch one package, put its files in their places, and give their rows of the lock."""
    archive, integrity = fetch(package, folder)
    rows = []
    for name, place in package.files.items():
        content = taken_out(archive, name)
        (ROOT / place).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / place).write_bytes(content)
        rows.append(
            {
                "package": package.name,
                "version": package.version,
                "licence": package.licence,
                "integrity": integrity,
                "file": place,
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    return rows


def update() -> int:
    with tempfile.TemporaryDirectory() as folder:
        lock = [row for package in PACKAGES for row in put(package, Path(folder))]
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")
    return 0


def check() -> int:
    wrong = [
        row["file"]
        for row in json.loads(LOCK.read_text(encoding="utf-8"))
        if hashlib.sha256((ROOT / row["file"]).read_bytes()).hexdigest() != row["sha256"]
    ]
    for file in wrong:
        print(f"{file}: not what vendor.lock.json says; run `python tools/vendor.py`")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else update())
