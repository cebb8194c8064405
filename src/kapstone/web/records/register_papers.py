"""What the register prints: the inventory, and what the federal forms of loss and destruction ask.

Nothing printed here is an official form. It holds the answers in the order the forms ask for them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from kapstone import documents, register
from kapstone.documents import RegisterPart, RegisterSheet
from kapstone.web import clock
from kapstone.web.accounts.models import Practice
from kapstone.web.records.models import (
    Holding,
    LossReport,
    RegisterEntry,
    RegisterSettings,
    StockCount,
)

NOT_OFFICIAL = (
    "This is a preparation to copy from, not the official form, and it sends nothing to anybody."
)
MOMENTS = {"opening": "As of opening of business", "close": "As of close of business"}
YES_NO = {True: "Yes", False: "No", None: ""}
MONTHS_BACK = 24


def written(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def registrant(practice: Practice) -> RegisterPart:
    """Name, address and number of the registration; what was not settled is a line to write on."""
    settled = RegisterSettings.objects.now(practice)
    facts = [
        ("Registered name", settled.registered_name),
        ("DEA registration number", settled.dea_number),
        ("Registered address", settled.address),
        ("Telephone", practice.phone),
    ]
    return RegisterPart(title="Registrant", facts=facts)


def substance(holding: Holding) -> tuple[str, str]:
    """The name of the substance and its number in the schedules."""
    of = register.substance_named(holding.kind.substance)
    return of.label, of.dea_code


def strength(holding: Holding) -> str:
    return f"{register.said(holding.unit_mg)} a {holding.kind.one}"


def made(practice: Practice, title: str, says: str, **parts: Any) -> bytes:
    now = clock.now().astimezone(practice.zone)
    sheet = RegisterSheet(title=title, practice=str(practice), says=says, written_at=now, **parts)
    return documents.register_pdf(sheet)


def inventory(count: StockCount) -> bytes:
    """Everything that was counted at one time [21 CFR 1304.11]."""
    rows = count.lines.select_related("holding").order_by("holding__product", "pk")
    at = count.at.astimezone(count.practice.zone)
    facts = [
        ("Date", written(at.date())),
        ("Time", f"{at:%H:%M}"),
        ("Taken", MOMENTS.get(count.moment, "")),
        ("Counted by", count.by.signed_name),
        ("And by", count.second.signed_name if count.second else ""),
    ]
    head = ("Substance", "Product as labelled", "Form and strength", "NDC", "Lot", "Last day")
    table = [(*head, "Sealed", "Opened"), *(counted_row(each) for each in rows)]
    empty = "" if len(table) > 1 else "No controlled medicine was on hand: the count is zero."
    parts = [
        registrant(count.practice),
        RegisterPart(title="Taken", facts=facts),
        RegisterPart(title="On hand, Schedule III", rows=table if not empty else (), words=empty),
    ]
    rule, kept = register.rule("biennial-inventory"), register.rule("retention")
    return made(
        count.practice,
        "Inventory of controlled medicine",
        f"{rule.says} ({rule.cites}) {kept.says} ({kept.cites})",
        parts=parts,
        declares="Counted as written above.",
        signers=["Counted by", "And by"],
    )


def counted_row(line: Any) -> tuple[str, ...]:
    of = line.holding
    form = f"{of.kind.label}, {strength(of)}"
    return (
        substance(of)[0],
        of.product,
        form,
        of.ndc,
        of.lot,
        written(of.expires_on),
        of.units(line.counted_units),
        register.said(line.counted_mg) if line.counted_mg else "none",
    )


def quantity(line: RegisterEntry) -> tuple[str, str, str]:
    """Whole units, what came from opened ones, and all of it in milligrams."""
    opened = -line.mg + line.units * line.holding.unit_mg
    return (
        line.holding.units(-line.units),
        register.said(opened) if opened else "none",
        register.said(-line.mg),
    )


def loss(line: RegisterEntry) -> bytes:
    """What DEA Form 106 asks for [21 CFR 1301.76(b)]."""
    report, of = line.lossreport, line.holding
    name, code = substance(of)
    units, opened, total = quantity(line)
    head = ("Name", "DEA code", "NDC", "Substance", "Strength and form", "Lot", "Quantity", "In mg")
    row = (of.product, code, of.ndc, name, f"{strength(of)}, {of.kind.label}", of.lot)
    amount = units if opened == "none" else f"{units} and {opened} opened"
    notice, form = register.notice_due_on(report.found_on), register.form_due_on(report.found_on)
    due = (
        f"Written notice to the DEA field division by {written(notice)} (public holidays not "
        f"counted out); Form 106 on the DEA's site by {written(form)}."
    )
    return made(
        of.practice,
        "Theft or loss of controlled medicine",
        f"With the fields of DEA Form 106. {NOT_OFFICIAL} {due}",
        parts=[
            registrant(of.practice),
            RegisterPart(title="Theft or loss", facts=loss_facts(report, of.practice)),
            RegisterPart(title="Controlled substances lost", rows=[head, (*row, amount, total)]),
        ],
        declares="I certify that the foregoing is correct to the best of my knowledge and belief.",
        signers=["For the registrant, with title"],
    )


def loss_facts(report: LossReport, practice: Practice) -> list[tuple[str, str]]:
    return [
        ("Date of the theft or loss, or of its discovery", written(report.found_on)),
        ("Principal business of the registrant", "Practitioner"),
        ("County", ""),
        (f"Thefts and losses in the past {MONTHS_BACK} months", earlier(report, practice)),
        ("Type", register.losses()[report.kind].label),
        ("Reported to the police", YES_NO[report.police_told]),
        ("Police department, telephone, report number", report.police),
        ("Written notice to the DEA sent on", written(report.notice_on)),
        ("Purchase value to the registrant", report.value),
        ("Anybody killed or injured (armed robbery)", ""),
        ("If lost in transit: carrier, consignee, and whether received", ""),
        ("Marks, symbols or price codes on the containers", report.marks),
        ("What is known of it", report.happened),
        ("Measures against another", report.measures),
    ]


def earlier(report: LossReport, practice: Practice) -> str:
    """How many are in the register of the months before, this one not counted."""
    years = MONTHS_BACK // 12
    try:
        since = report.found_on.replace(year=report.found_on.year - years)
    except ValueError:
        since = report.found_on.replace(year=report.found_on.year - years, day=28)
    rows = LossReport.objects.filter(entry__holding__practice=practice, found_on__gte=since)
    return f"{rows.exclude(pk=report.pk).count()} in this register"


def destruction(line: RegisterEntry) -> bytes:
    """What DEA Form 41 asks for [21 CFR 1317.95(d), 1304.21(e)]."""
    of = line.holding
    return made(
        of.practice,
        "Controlled medicine destroyed",
        f"With the fields of DEA Form 41. {NOT_OFFICIAL} What is left of a dose and wasted "
        "at the bedside does not belong here.",
        parts=[
            registrant(of.practice),
            RegisterPart(title="Destroyed, from stock", rows=destroyed(line)),
            RegisterPart(title="How", facts=how(line)),
        ],
        declares="I watched the destruction of the above until none of it could be recovered.",
        signers=["First employee", "Second employee"],
    )


def destroyed(line: RegisterEntry) -> list[tuple[str, ...]]:
    of = line.holding
    name, code = substance(of)
    head = ("NDC", "DEA code", "Lot", "Substance", "Strength", "Form")
    row = (of.ndc, code, of.lot, name, strength(of), of.kind.label)
    return [(*head, "Full units", "Partial", "Total"), (*row, *quantity(line))]


def how(line: RegisterEntry) -> list[tuple[str, str]]:
    done, at = line.destruction, line.at.astimezone(line.holding.practice.zone)
    return [
        ("Date of destruction", written(at.date())),
        ("Method of destruction", done.method),
        ("Location: name, address, city, state, zip", done.place),
        ("First employee who watched", line.by.signed_name),
        ("Second employee who watched", line.witness.signed_name if line.witness else ""),
    ]
