// The readings of this device that the server's board does not show yet, as the comparer takes them; and all readings.
import { of } from "./room-entries.js";
import { facts, limits, signs } from "./room-words.js";

const { room } = document.querySelector("[data-room]").dataset;
const COUNTED = ["saving", "here", "sent"];
const SORTS = ["reading", "scale"];

export function signsIn({ kind, fields }) {
  const [name, point] = (fields.tapped ?? "").split(":");
  if (kind === "scale") return { [name]: Number(point) };
  return Object.fromEntries(Object.keys(signs).filter((each) => fields[each]).map((each) => [each, Number(fields[each])]));
}

// What another entry was typed in the place of.
const replaced = () => new Set(of(room).filter(({ state }) => COUNTED.includes(state)).map(({ fields }) => fields.instead_of));

function own(known, wrong) {
  return of(room)
    .filter(({ id, kind, state }) => SORTS.includes(kind) && COUNTED.includes(state) && !known.has(id) && !wrong.has(id))
    .map((entry) => ({ id: entry.id, at: entry.taken_at ?? entry.at_ms + (entry.skew_ms ?? 0), signs: signsIn(entry), mine: true }));
}

// What the server's board holds and what was taken here, the oldest first, with all that a comparison needs.
export function taken() {
  const { readings: told, ...setting } = facts();
  const wrong = replaced();
  const there = told.filter(({ id }) => !wrong.has(id));
  const readings = [...there, ...own(new Set(there.map(({ id }) => id)), wrong)].sort((one, other) => one.at - other.at);
  return { readings, setting: { ...setting, limits, signs } };
}
