"""What happens in a life: each deed and the keys of its `what`.

Times inside `what` are ISO 8601 with offset; `by` is a staff key or the person's own key. Keys in
brackets are not always there. `stop_session` is the end of giving the medicine; `discharge` is the
way home. `answer_notice` answers what a suicide item raised; a positive item without it is open.

deed | keys of `what`
--- | ---
add_person | given family pronouns birth_date phone email concern
link_partner | partner
book_consultation | at length_min with
hold_consultation | brings hopes questions fit why next
answer_alone | (none)
answer_intake | question value
finish_intake | (none)
import_record | conditions prescriptions
give_fact | fact value unit words
tell_news | fact value words
decide_screening | decision words
sign_consent | name meaning read_back
withdraw_consent | words
plan_roadmap | route preparation medicine integration review_after words
plan_session | session at route room
hold_preparation | number intentions worries expectations touch music eye_shades length_min
make_safety_plan | warning_signs coping places people professionals making_safe worth_living
assign_sheet | sheet instrument due
answer_item | sheet item value
finish_sheet | sheet instrument
answer_notice | sheet words
sign_order | session route dose_mg dose_mg_per_kg weight_kg words
record_check | session check ok [words]
record_resting | session at_min systolic_bp diastolic_bp heart_rate oxygen_saturation \
respiratory_rate
enter_room | session who
leave_room | session who
start_session | session
record_reading | session at_min systolic_bp diastolic_bp heart_rate oxygen_saturation \
respiratory_rate moaas
record_mark | session mark
record_touch | session mark area
record_music | session words
record_side_effect | session effect severity
stop_session | session reason
score_discharge | session aldrete padss
discharge | session escort relation phone
write_note | kind words [session]
record_insight | insight words
make_commitment | insight commitment words
check_in | commitment kept words
write_journal | words
review_course | decision words
send_message | words
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One deed in a life: when (aware), which, by whom, and its particulars (JSON-able)."""

    at: datetime
    deed: str
    by: str
    what: Mapping[str, Any]


@cache
def deeds() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For each deed of the table above, the keys it always has and those it may have."""
    table = (__doc__ or "").partition("--- | ---\n")[2]
    lines = (line.partition(" | ")[::2] for line in table.strip().splitlines())
    return {deed: _keys(keys) for deed, keys in lines}


def _keys(words: str) -> tuple[frozenset[str], frozenset[str]]:
    names = [] if words == "(none)" else words.split()
    may = frozenset(name.strip("[]") for name in names if name.startswith("["))
    return frozenset(names) - {f"[{name}]" for name in may}, may
