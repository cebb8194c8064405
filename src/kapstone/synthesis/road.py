"""The road to the medicine: first call, consultation, intake, screening, consent, preparation."""

from __future__ import annotations

from datetime import datetime, timedelta

from kapstone.synthesis.cast import safety_words, shared
from kapstone.synthesis.draft import FRONT_DESK, Draft
from kapstone.synthesis.vitals import signs

# The questions of the demonstration's intake, by sitting. All but the free-text ones are plain.
SITTINGS = (
    ("brings_you", "since_when", "hopes"),
    ("treatments_tried", "medical_history", "medicines", "allergies"),
    ("alcohol_drugs", "support", "goals", "escort"),
)
DECISION_WORDS = {
    "suitable": "No finding stands against it. Reviewed with the person.",
    "extra_oversight": "Suitable with a second clinician in the room and a call the same evening.",
    "not_yet": "Treat blood pressure first. We meet again in six weeks with home readings.",
    "another_path": "The pain program fits better now. Referred, with a warm call to their team.",
}
PREPARATION_MIN = 60


def before_the_medicine(life: Draft) -> None:
    """Write everything from the first call to the end of preparation."""
    _call(life)
    _other_record(life)
    _intake(life)
    _screening(life)
    _news(life)
    _consent_and_plan(life)
    _preparation(life)


def _call(life: Draft) -> None:
    person, called = life.person, life.day(-24, 9, 10)
    life.write(
        called,
        "add_person",
        FRONT_DESK,
        given=person.given,
        family=person.family,
        pronouns=person.pronouns,
        birth_date=person.birth_date.isoformat(),
        phone=person.phone,
        email=person.email,
        concern=person.concern,
    )
    if person.partner:
        life.write(
            called + timedelta(minutes=2), "link_partner", FRONT_DESK, partner=person.partner
        )
    held = life.day(-22, 11)
    waits = life.story.until == "book_consultation"
    appointment = life.now.replace(second=0, microsecond=0) + timedelta(hours=2) if waits else held
    life.write(
        called + timedelta(minutes=4),
        "book_consultation",
        FRONT_DESK,
        at=appointment.isoformat(),
        length_min=20,
        **{"with": life.team.therapist},
    )
    life.write(
        held,
        "hold_consultation",
        life.team.therapist,
        brings=life.one_of(life.words.brings),
        hopes=life.one_of(life.words.hopes),
        questions=life.one_of(shared().questions),
        fit=True,
        why=life.one_of(shared().fit),
        next="intake",
    )


def _other_record(life: Draft) -> None:
    """Ask the practice that knew the person before for its record, and take it in."""
    health = life.story.health
    if health.conditions or health.prescriptions:
        life.write(
            life.day(-21, 15),
            "import_record",
            FRONT_DESK,
            conditions=[each.model_dump() for each in health.conditions],
            prescriptions=[each.model_dump() for each in health.prescriptions],
        )


def _intake(life: Draft) -> None:
    answers = _intake_answers(life)
    for sitting, questions in enumerate(SITTINGS):
        asked = life.evening(-20 + sitting)
        for number, question in enumerate(questions):
            if question == life.story.intake_stops_at:
                return
            when = asked + timedelta(minutes=number)
            value = answers[question]
            life.write(when, "answer_intake", life.person.key, question=question, value=value)
    life.write(life.evening(-18, 20, 5), "finish_intake", life.person.key)


def _intake_answers(life: Draft) -> dict[str, str]:
    words = life.words
    return {
        "brings_you": life.one_of(words.brings),
        "since_when": life.one_of(("About two years", "Since 2019", "Most of my adult life")),
        "hopes": life.one_of(words.hopes),
        "treatments_tried": life.one_of(words.tried),
        "medical_history": _medical_history(life),
        "medicines": _medicines(life),
        "allergies": life.one_of(("None I know of", "Penicillin, a rash", "Latex")),
        "alcohol_drugs": _alcohol(life),
        "support": life.one_of(("My partner", "My sister, close by", "Two good friends")),
        "goals": life.one_of(words.goals),
        "escort": life.one_of(("My partner drives", "My brother", "A neighbor with a car")),
    }


def _medical_history(life: Draft) -> str:
    some = life.one_of(("Nothing serious", "Appendix out, 2008", "Mild asthma as a child"))
    return life.story.health.history or some


def _medicines(life: Draft) -> str:
    some = life.one_of(("Sertraline 100 mg in the morning", "Bupropion XL 150 mg", "None"))
    return "; ".join(life.story.health.takes) or some


def _alcohol(life: Draft) -> str:
    if life.story.concern == "alcohol":
        return "Six to eight drinks on most days until last month. None since."
    return life.one_of(("A glass of wine at weekends", "I do not drink", "Rarely"))


def _screening(life: Draft) -> None:
    seen, by = life.day(-15, 10), life.team.prescriber
    rest = signs(life.body, 0, life.rng)
    pressure = life.story.resting_bp or (int(rest.systolic_bp[0]), int(rest.diastolic_bp[0]))
    facts: tuple[tuple[str, object, str | None], ...] = (
        ("systolic_bp", pressure[0], "mmHg"),
        ("diastolic_bp", pressure[1], "mmHg"),
        ("heart_rate", int(rest.heart_rate[0]), "/min"),
        ("oxygen_saturation", int(rest.oxygen_saturation[0]), "%"),
        ("weight", life.person.weight_kg, "kg"),
        ("active_psychosis", False, None),
        ("active_mania", False, None),
        ("known_aneurysm", False, None),
        ("raised_intracranial_pressure", False, None),
    )
    for number, (fact, value, unit) in enumerate(facts):
        when = seen + timedelta(minutes=number)
        words = "Mean of two readings" if fact.endswith("_bp") else ""
        life.write(when, "give_fact", by, fact=fact, value=value, unit=unit, words=words)
    decision = life.story.decision
    words = life.story.decision_words or DECISION_WORDS[decision]
    life.write(life.day(-14, 16), "decide_screening", by, decision=decision, words=words)


def _news(life: Draft) -> None:
    """What has come to be known since the first visit."""
    by = life.team.prescriber
    for news in life.story.health.news:
        when, told = life.recently(news.days_ago), news.model_dump(exclude={"days_ago"})
        life.write(when, "tell_news", by, **told)


def _consent_and_plan(life: Draft) -> None:
    name = f"{life.person.given} {life.person.family}"
    life.write(
        life.day(-12, 16, 30),
        "sign_consent",
        life.person.key,
        name=name,
        meaning="I agree to this treatment and know that I can stop at any time.",
        read_back=True,
    )
    planned = life.day(-11, 17)
    life.write(
        planned,
        "plan_roadmap",
        life.team.therapist,
        route=life.story.route,
        preparation=2,
        medicine=len(life.starts),
        integration=len(life.starts) + 1,
        review_after=life.midway,
        words=life.one_of(life.words.goals),
    )
    for number, start in enumerate(life.starts, start=1):
        plan_session(life, number, start, planned + timedelta(minutes=number))


def plan_session(life: Draft, number: int, start: datetime, when: datetime) -> None:
    """Write the appointment of one session: where and when it is to be."""
    life.write(
        when,
        "plan_session",
        FRONT_DESK,
        session=life.session_key(number),
        at=start.isoformat(),
        route=life.story.route,
        room=life.story.room,
    )


def _preparation(life: Draft) -> None:
    touch, music = life.one_of(shared().touch), life.one_of(shared().music)
    for number, when in enumerate((life.day(-7, 13), life.day(-3, 9)), start=1):
        life.write(
            when,
            "hold_preparation",
            life.team.therapist,
            number=number,
            intentions=[life.one_of(life.words.intentions)],
            worries=[life.one_of(life.words.worries)],
            expectations=life.one_of(life.words.expectations),
            touch=touch,
            music=music,
            eye_shades=bool(life.rng.random() < 0.8),
            length_min=PREPARATION_MIN,
        )
    plan = {field: [life.one_of(words)] for field, words in safety_words().items()}
    plan["professionals"] = list(safety_words()["professionals"])
    life.write(life.day(-7, 14), "make_safety_plan", life.team.therapist, **plan)
