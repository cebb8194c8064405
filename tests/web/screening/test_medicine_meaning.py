"""A clinician says what a line means: it counts for this person, with who said it and when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils.html import strip_tags
from web.logging_in import Enter

from kapstone.screening import Recognised
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import facts
from kapstone.web.records.actions import intake
from kapstone.web.records.actions.medicines import confirm_medicine
from kapstone.web.records.models import Course, Entry, MedicineMeaning, Statement
from kapstone.web.records.refusals import Refused

WRITTEN = "lorazepan at night"
LORAZEPAM = "6470"
REASON = "A moisturiser from the chemist, seen in the box."


def write(course: Course, by: User, at: datetime, *names: str) -> None:
    intake.answer_intake(course, "takes_medicines", "yes", at=at, by=by)
    boxes = [box for name in names for box in (name, "", "")]
    intake.answer_intake(course, "medicines", boxes, at=at, by=by)


@pytest.fixture
def told(course: Course, ade_user: User, now: datetime) -> Course:
    """They wrote a line that nobody can read by itself."""
    write(course, ade_user, now - timedelta(hours=1), WRITTEN)
    return course


def line(course: Course, text: str = WRITTEN) -> Recognised:
    (found,) = (each for each in facts.medicines(course) or [] if each.text == text)
    return found


def waits(course: Course, now: datetime) -> bool:
    return "MED-UNREAD" in {each.id for each in facts.screen(course, now=now).waiting}


def test_a_confirmed_line_counts_with_who_said_it_and_when(
    told: Course, osei: User, now: datetime
) -> None:
    assert waits(told, now)
    row = confirm_medicine(told, WRITTEN, ["lorazepam"], words="", at=now, by=osei)
    read = line(told)
    assert (read.recognised, read.ingredients, read.origin, read.at) == (
        True,
        ("lorazepam",),
        "clinician",
        now,
    )
    assert not waits(told, now)
    assert "MED-BZD" in {each.id for each in facts.screen(told, now=now).findings}
    assert Entry.objects.get(about=f"medicine_meaning:{row.pk}").by == osei


def test_none_of_the_list_takes_a_reason_and_brings_no_class(
    told: Course, osei: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="at least 20 letters"):
        confirm_medicine(told, WRITTEN, [], words="x" * 19, at=now, by=osei)
    assert waits(told, now)
    confirm_medicine(told, WRITTEN, [], words="x" * 20, at=now, by=osei)
    assert (line(told).recognised, line(told).classes) == (True, ())
    assert not waits(told, now)


def test_a_later_word_corrects_the_first(
    told: Course, osei: User, vale: User, now: datetime
) -> None:
    first = confirm_medicine(told, WRITTEN, ["loratadine"], words="", at=now, by=osei)
    second = confirm_medicine(told, WRITTEN, ["lorazepam"], words="", at=now, by=vale)
    assert second.corrects == first
    assert line(told).ingredients == ("lorazepam",)
    assert MedicineMeaning.objects.count() == 2


@pytest.mark.parametrize("hours", [0, 1])
def test_none_of_the_list_says_nothing_of_a_line_written_after_it(
    told: Course, osei: User, ade_user: User, now: datetime, hours: int
) -> None:
    """It may have meant "not taken any more", and they may have begun again."""
    confirm_medicine(told, WRITTEN, [], words=REASON, at=now, by=osei)
    write(told, ade_user, now + timedelta(hours=hours), WRITTEN)
    assert line(told).recognised is (hours == 0)


def test_a_named_medicine_holds_when_the_line_is_written_again(
    told: Course, osei: User, ade_user: User, now: datetime
) -> None:
    confirm_medicine(told, WRITTEN, ["lorazepam"], words="", at=now, by=osei)
    write(told, ade_user, now + timedelta(hours=1), WRITTEN)
    assert line(told).ingredients == ("lorazepam",)


@pytest.mark.parametrize(("hours", "holds"), [(0, True), (1, False)])
def test_a_word_from_when_the_name_stood_alone_holds_until_the_list_is_rewritten(
    course: Course, osei: User, ade_user: User, now: datetime, hours: int, *, holds: bool
) -> None:
    """Lines were once shown, and confirmed, by their name alone."""
    MedicineMeaning.objects.create(
        person=course.person, text="lorazepan", ingredients=["lorazepam"], at=now, by=osei
    )
    later = now + timedelta(hours=hours)
    intake.answer_intake(course, "takes_medicines", "yes", at=later, by=ade_user)
    boxes = ["lorazepan", "1 mg", "every night"]
    intake.answer_intake(course, "medicines", boxes, at=later, by=ade_user)
    assert line(course, "lorazepan, 1 mg, every night").recognised is holds


def test_an_old_word_of_none_does_not_reach_a_line_with_its_dose(
    course: Course, osei: User, ade_user: User, now: datetime
) -> None:
    MedicineMeaning.objects.create(
        person=course.person, text="lorazepan", ingredients=[], words=REASON, at=now, by=osei
    )
    intake.answer_intake(course, "takes_medicines", "yes", at=now, by=ade_user)
    intake.answer_intake(course, "medicines", ["lorazepan", "1 mg", ""], at=now, by=ade_user)
    assert not line(course, "lorazepan, 1 mg").recognised


def test_a_word_on_one_line_says_nothing_of_another(
    told: Course, osei: User, ade_user: User, now: datetime
) -> None:
    confirm_medicine(told, WRITTEN, ["lorazepam"], words="", at=now, by=osei)
    write(told, ade_user, now, WRITTEN, "lorazepan")
    assert not line(told, "lorazepan").recognised


@pytest.mark.parametrize(
    ("text", "ingredient", "code"),
    [
        ("something else", "lorazepam", "no-such-line"),
        (facts.NAMELESS, "lorazepam", "no-such-line"),
        (facts.STILL_OPEN.text, "lorazepam", "no-such-line"),
        (WRITTEN, "lorazepan", "no-such-medicine"),
    ],
)
def test_what_does_not_stand_there_cannot_be_confirmed(
    told: Course, osei: User, text: str, ingredient: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        confirm_medicine(told, text, [ingredient], words=REASON, at=clock.now(), by=osei)
    assert refused.value.code == code
    assert not MedicineMeaning.objects.exists()


@pytest.mark.parametrize("named", [[], ["lorazepam"]])
def test_one_signature_takes_no_medicine_away_that_was_read_whole(
    course: Course, ade_user: User, osei: User, now: datetime, named: list[str]
) -> None:
    write(course, ade_user, now, "phenelzine 15 mg")
    with pytest.raises(Refused, match="read as phenelzine") as refused:
        confirm_medicine(course, "phenelzine 15 mg", named, words=REASON, at=now, by=osei)
    assert refused.value.code == "read-whole"
    assert not MedicineMeaning.objects.exists()
    assert "MED-MAOI" in {each.id for each in facts.screen(course, now=now).findings}


def test_what_stands_beside_the_name_opens_no_way_to_take_it_away(
    course: Course, ade_user: User, osei: User, now: datetime
) -> None:
    """The name was read whole, though "a little one" says nothing to anybody."""
    intake.answer_intake(course, "takes_medicines", "yes", at=now, by=ade_user)
    boxes = ["phenelzine", "a little one", ""]
    intake.answer_intake(course, "medicines", boxes, at=now, by=ade_user)
    with pytest.raises(Refused, match="read as phenelzine"):
        confirm_medicine(course, "phenelzine, a little one", [], words=REASON, at=now, by=osei)


def test_what_the_code_of_another_record_names_is_not_taken_away_either(
    course: Course, osei: User, now: datetime
) -> None:
    Statement.objects.create(
        person=course.person,
        kind="medicine",
        text="one for the night",
        code=LORAZEPAM,
        status="active",
        at=now,
        by=osei,
        key="night",
    )
    with pytest.raises(Refused, match="read as lorazepam"):
        confirm_medicine(course, "one for the night", ["sertraline"], words=REASON, at=now, by=osei)


def test_a_word_from_before_a_line_could_be_read_hides_nothing_of_it(
    course: Course, ade_user: User, osei: User, now: datetime
) -> None:
    write(course, ade_user, now, "phenelzine 15 mg")
    MedicineMeaning.objects.create(
        person=course.person, text="phenelzine 15 mg", ingredients=[], at=now, by=osei
    )
    assert line(course, "phenelzine 15 mg").ingredients == ("phenelzine",)


@pytest.mark.parametrize(("words", "kept"), [("x" * 19, False), ("x" * 20, True)])
def test_to_leave_out_a_name_that_was_read_takes_a_reason(
    course: Course, ade_user: User, osei: User, now: datetime, words: str, *, kept: bool
) -> None:
    """A tap on the suggested lorazepam must not take the phenelzine beside it away."""
    both = "phenelzine lorazepan"
    write(course, ade_user, now, both)
    if not kept:
        with pytest.raises(Refused, match="Read in this line too: phenelzine"):
            confirm_medicine(course, both, ["lorazepam"], words=words, at=now, by=osei)
    else:
        confirm_medicine(course, both, ["lorazepam"], words=words, at=now, by=osei)
    assert MedicineMeaning.objects.exists() is kept
    confirm_medicine(course, both, ["phenelzine", "lorazepam"], words="", at=now, by=osei)


def test_an_ingredient_that_is_listed_no_more_leaves_the_line_as_it_was_read(
    told: Course, osei: User, now: datetime
) -> None:
    MedicineMeaning.objects.create(
        person=told.person, text=WRITTEN, ingredients=["gone"], at=now, by=osei
    )
    assert not line(told).recognised


# the page


@pytest.fixture
def page(told: Course, abara: User, enter: Enter) -> tuple[Client, str]:
    return enter(abara), f"/courses/{told.pk}/medicines/"


def test_the_review_offers_each_unread_line_with_its_suggestions(
    told: Course, osei: User, enter: Enter
) -> None:
    words = enter(osei).get(f"/courses/{told.pk}/screening/").content.decode()
    assert "The question stays open" in words
    assert '<button class="btn s" name="named" value="lorazepam">' in words
    assert '<option value="sertraline">' in words


def test_a_therapist_sees_the_line_and_is_offered_nothing(
    told: Course, lind: User, enter: Enter
) -> None:
    words = enter(lind).get(f"/courses/{told.pk}/screening/").content.decode()
    assert "The question stays open" in words
    assert 'name="named"' not in words


def test_a_suggestion_is_confirmed_with_one_tap(page: tuple[Client, str], told: Course) -> None:
    client, address = page
    answer = client.post(address, {"text": WRITTEN, "named": "lorazepam"})
    assert answer.status_code == 302
    assert line(told).ingredients == ("lorazepam",)
    assert "means <b>lorazepam</b>" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"named": "lorazepan"}, "Choose the names from the list"),
        ({"named": "lorazepam, foozol"}, "Not read: foozol"),
        ({"named": ""}, "or say that it is none"),
        ({"words": REASON}, "or say that it is none"),
        ({"means": "unlisted", "words": "short"}, "at least 20 letters"),
        ({"means": "stopped", "words": "x" * 19}, "at least 20 letters"),
        ({"named": "lorazepam", "means": "stopped", "words": REASON}, "Leave one out"),
        ({"text": "another line", "named": "lorazepam"}, "not among their medicines"),
    ],
)
def test_what_cannot_be_confirmed_is_refused_in_words(
    page: tuple[Client, str], sent: dict[str, str], says: str
) -> None:
    client, address = page
    answer = client.post(address, {"text": WRITTEN, **sent})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not MedicineMeaning.objects.exists()


def test_what_was_typed_stays_after_a_refusal(page: tuple[Client, str]) -> None:
    client, address = page
    sent = {"text": WRITTEN, "named": "lorazepan", "words": "told by the wife"}
    words = client.post(address, sent).content.decode()
    assert 'value="lorazepan"' in words
    assert 'value="told by the wife"' in words


@pytest.mark.parametrize(("letters", "status"), [(19, 422), (20, 302)])
def test_not_taken_any_more_takes_a_reason_and_says_so(
    page: tuple[Client, str], told: Course, letters: int, status: int
) -> None:
    client, address = page
    sent = {"text": WRITTEN, "means": "stopped", "words": "x" * letters}
    assert client.post(address, sent).status_code == status
    assert MedicineMeaning.objects.filter(
        text=WRITTEN, ingredients=[], words=f"Not taken any more: {'x' * letters}"
    ).exists() is (status == 302)
    assert line(told).recognised is (status == 302)


def test_the_page_shows_who_wrote_a_line_and_who_read_it(
    page: tuple[Client, str], abara: User
) -> None:
    client, address = page
    client.post(address, {"text": WRITTEN, "named": "lorazepam"})
    said = " ".join(strip_tags(client.get(address).content.decode()).split())
    assert f"\u201c{WRITTEN}\u201d their own list, Today means lorazepam" in said
    assert f"{abara.signed_name}, Today" in said


def test_a_therapist_may_not_say_what_a_line_means(told: Course, lind: User, enter: Enter) -> None:
    sent = {"text": WRITTEN, "named": "lorazepam"}
    assert enter(lind).post(f"/courses/{told.pk}/medicines/", sent).status_code == 403
    assert not MedicineMeaning.objects.exists()


def test_none_of_the_list_is_shown_as_checked_by_hand(
    page: tuple[Client, str], osei: User, told: Course, enter: Enter
) -> None:
    client, address = page
    client.post(address, {"text": WRITTEN, "means": "unlisted", "words": REASON})
    words = enter(osei).get(f"/courses/{told.pk}/screening/").content.decode()
    assert "checked by hand: no listed medicine" in words
    assert REASON in words


def test_another_practice_is_refused(told: Course, marsh: User, enter: Enter) -> None:
    answer = enter(marsh).post(
        f"/courses/{told.pk}/medicines/", {"text": WRITTEN, "named": "lorazepam"}
    )
    assert answer.status_code == 404
    assert not MedicineMeaning.objects.exists()
