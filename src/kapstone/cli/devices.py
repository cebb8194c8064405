"""`kapstone devices`: listen for bedside devices, or be one."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from kapstone import devices
from kapstone.cli import application
from kapstone.cli.application import out
from kapstone.cli.server import is_loopback
from kapstone.devices import writing

# The port that IANA keeps for HL7.
PORT = 2575
PATIENCE_S = 15.0


def add_devices(commands: Any) -> None:
    top = commands.add_parser("devices", help="listen for bedside devices, or be one")
    deeds = top.add_subparsers(dest="deed", metavar="DEED", required=True)
    listen = deeds.add_parser("listen", help="take in HL7 v2 ORU^R01 (IHE PCD-01) over MLLP")
    host = os.environ.get("KAPSTONE_DEVICES_HOST", "127.0.0.1")
    listen.add_argument("--host", default=host, help="address to listen on")
    listen.add_argument("--port", type=int, default=PORT, help="port to listen on; 0 takes any")
    listen.set_defaults(run=run_listen)
    add_simulate(deeds)


def add_simulate(deeds: Any) -> None:
    simulate = deeds.add_parser("simulate", help="tell invented vital signs, as a device would")
    simulate.add_argument("--device", required=True, help="what it calls itself, as registered")
    simulate.add_argument("--host", default="127.0.0.1", help="where Kapstone listens")
    simulate.add_argument("--port", type=int, default=PORT, help="the port it listens on")
    simulate.add_argument("--rate", type=float, default=5.0, help="seconds from one to the next")
    simulate.add_argument("--count", type=int, default=0, help="how many; without end when 0")
    simulate.add_argument("--seed", type=int, default=1, help="another seed, another person")
    simulate.add_argument("--minute", type=float, default=0.0, help="minutes since the medicine")
    simulate.add_argument("--person", default="", help="the number of the person it names")
    simulate.add_argument(
        "--bluetooth", action="store_true", help="print the bytes of Bluetooth devices instead"
    )
    simulate.set_defaults(run=run_simulate)


COMMANDS = (add_devices,)


def run_listen(given: argparse.Namespace) -> int:
    """Listen until stopped by a signal."""
    application.open_practice()
    from django.conf import settings  # noqa: PLC0415

    from kapstone.web.records import listening  # noqa: PLC0415

    tls = tls_context(settings)
    if not is_loopback(given.host) and not (settings.DEVICES_FROM or settings.DEVICES_TLS_CLIENTS):
        application.refuse(
            f"MLLP asks nobody who they are, so it does not listen on {given.host} for all. Name "
            "the devices' networks in KAPSTONE_DEVICES_FROM."
        )
    doors = listening.Doors(networks=settings.DEVICES_FROM, tls=tls)
    try:
        asyncio.run(until_stopped(listening, doors, given))
    except OSError as fault:
        application.refuse(f"cannot listen on {given.host}:{given.port}: {fault.strerror}")
    return 0


async def until_stopped(listening: Any, doors: Any, given: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def ready(port: int) -> None:
        out.print(f"Kapstone listens for devices at {given.host}:{port} (MLLP)", soft_wrap=True)
        sys.stdout.flush()

    await listening.listen(given.host, given.port, doors=doors, ready=ready, stop=stop)


def tls_context(settings: Any) -> ssl.SSLContext | None:
    """The certificate to show, and whose certificates to ask for; None without one."""
    if not settings.DEVICES_TLS_CERT:
        if settings.DEVICES_TLS_CLIENTS:
            application.refuse("KAPSTONE_DEVICES_TLS_CLIENTS needs KAPSTONE_DEVICES_TLS_CERT too.")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.DEVICES_TLS_CERT, settings.DEVICES_TLS_KEY or None)
        if settings.DEVICES_TLS_CLIENTS:
            context.load_verify_locations(settings.DEVICES_TLS_CLIENTS)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as fault:
        application.refuse(f"the certificate of KAPSTONE_DEVICES_TLS_CERT cannot be used: {fault}")
    return context


def run_simulate(given: argparse.Namespace) -> int:
    """Tell one reading after the other; 1 when one of them was refused."""
    if given.bluetooth:
        for signs, at in invented(given):
            for name, raw in bluetooth(signs, at):
                print(f"{name} {raw.hex()}", flush=True)  # noqa: T201  # for a pipe, not for eyes
        return 0
    try:
        with socket.create_connection((given.host, given.port), timeout=PATIENCE_S) as wire:
            answers = [tell(wire, given, signs, at) for signs, at in invented(given)]
    except OSError as fault:
        application.refuse(f"nobody answers at {given.host}:{given.port}: {fault}")
    return 0 if all(answers) else 1


def invented(given: argparse.Namespace) -> Iterator[tuple[dict[str, float], datetime]]:
    """What the screen shows now, and again after a while."""
    from kapstone.synthesis import bedside  # noqa: PLC0415

    began, number = datetime.now(UTC), 0
    while given.count == 0 or number < given.count:
        if number:
            time.sleep(given.rate)
        now = datetime.now(UTC)
        passed_min = (now - began).total_seconds() / 60
        yield bedside.shown(given.seed, given.minute + passed_min), now
        number += 1


def bluetooth(signs: dict[str, float], at: datetime) -> Iterator[tuple[str, bytes]]:
    yield "2a35", writing.cuff_bytes(signs, at.astimezone())
    yield "2a5f", writing.oximeter_bytes(signs)
    yield "2a37", writing.belt_bytes(signs)


def tell(
    wire: socket.socket, given: argparse.Namespace, signs: dict[str, float], at: datetime
) -> bool:
    """Send one message and wait for its answer; whether it was kept."""
    patient = devices.PatientTold(numbers=(given.person,) if given.person else ())
    message = writing.observation(
        signs, device=given.device, control_id=f"{at:%Y%m%d%H%M%S%f}", at=at, patient=patient
    )
    wire.sendall(devices.framed(message))
    answer = answered(wire)
    kept = b"\rMSA|AA|" in answer
    figures = ", ".join(f"{name} {value:g}" for name, value in signs.items())
    verdict = "kept" if kept else answer.decode(errors="replace").replace("\r", " ").strip()
    out.print(f"{figures}: {verdict}", soft_wrap=True)
    return kept


def answered(wire: socket.socket) -> bytes:
    """The next message on the wire; raises OSError when the other end has closed."""
    unframer = devices.Unframer(devices.listening().message_bytes)
    while chunk := wire.recv(4096):
        for frame in unframer.feed(chunk):
            return frame.content
    raise ConnectionError("the other end closed without an answer")
