"""What of a registry leaves the practice: a release for research, and sums to compare."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from kapstone.cli import application
from kapstone.cli.application import out
from kapstone.cli.registry_needs import INDENT, add_vocabulary, plainly, vocabulary_of


def add_release(deeds: Any) -> None:
    deed = deeds.add_parser("release", help="a de-identified copy for research, with a manifest")
    deed.add_argument("folder", type=Path, metavar="DIR")
    deed.add_argument("--to", type=Path, required=True, metavar="DIR2")
    deed.add_argument(
        "--secret", type=Path, required=True, metavar="FILE", help="hashes people; made if missing"
    )
    deed.set_defaults(run=run_release)


def add_aggregate(deeds: Any) -> None:
    deed = deeds.add_parser(
        "aggregate", help="sums of this practice, signed, to compare with others"
    )
    deed.add_argument("folder", type=Path, metavar="DIR")
    deed.add_argument("--to", type=Path, required=True, metavar="FILE")
    deed.add_argument("--practice", required=True, help="the name that others see")
    deed.add_argument(
        "--key", type=Path, required=True, metavar="PEM", help="signs; made if missing"
    )
    deed.add_argument("--instrument", default="phq9")
    add_vocabulary(deed)
    deed.set_defaults(run=run_aggregate)


def add_compare(deeds: Any) -> None:
    deed = deeds.add_parser("compare", help="check the signatures of several, and pool them")
    deed.add_argument("files", type=Path, nargs="+", metavar="FILE")
    deed.set_defaults(run=run_compare)


DEEDS = (add_release, add_aggregate, add_compare)


def run_release(given: argparse.Namespace) -> int:
    """Exit 0 when the release is written."""
    with plainly():
        from kapstone.registry.release import release  # noqa: PLC0415

        try:
            done = release(given.folder, given.to, secret=kept(given.secret, made_secret))
        except ValueError as refused:
            application.refuse(str(refused))
    out.print(f"{done.people} people, {sum(done.rows.values())} rows in {given.to}.", markup=False)
    out.print("Keep the secret apart from the release: with it people can be found again.")
    return 0


def run_aggregate(given: argparse.Namespace) -> int:
    """Exit 0 when the file is signed and written."""
    with plainly():
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
            Ed25519PrivateKey,
        )

        from kapstone import instruments  # noqa: PLC0415
        from kapstone.registry import benchmarks, report  # noqa: PLC0415
        from kapstone.registry.engines import opened  # noqa: PLC0415

        key = serialization.load_pem_private_key(kept(given.key, made_key), None)
        if not isinstance(key, Ed25519PrivateKey):
            application.refuse(f"{given.key}: not an Ed25519 key")
        of = instruments.instrument(given.instrument)
        with opened(given.folder) as found:
            counted = report.counted(found, of, vocabulary_of(given))
        at = datetime.now(UTC).date().isoformat()
        body = benchmarks.aggregated(counted, practice=given.practice, written_at=at)
        given.to.write_bytes(benchmarks.signed(body, key))
        public = key.public_key().public_bytes_raw().hex()
    words = benchmarks.fingerprint(public)
    out.print(f"{given.to} is signed. Tell others by telephone: key {words}.", markup=False)
    return 0


def run_compare(given: argparse.Namespace) -> int:
    """Print the pooled sums as JSON; exit 1 when one file is not as its practice signed it."""
    with plainly():
        from kapstone.registry import benchmarks  # noqa: PLC0415

        files = [benchmarks.verified(file.name, file.read_bytes()) for file in given.files]
        told = benchmarks.pooled(files)
    sys.stdout.write(orjson.dumps(told, option=INDENT).decode() + "\n")
    return 0


def kept(file: Path, make: Any) -> bytes:
    """The key in a file that only its owner reads; a missing one is made."""
    if not file.exists():
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as writing:
            writing.write(make())
    return file.read_bytes()


def made_secret() -> bytes:
    return secrets.token_bytes(32)


def made_key() -> bytes:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PrivateKey,
    )

    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
