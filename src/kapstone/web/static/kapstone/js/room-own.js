// The readings of this device that the server's board does not show yet, as the comparer takes them.
import { of } from "./room-entries.js";
import { signs } from "./room-words.js";

const { room } = document.querySelector("[data-room]").dataset;
const COUNTED = ["saving", "here", "sent"];
const SORTS = ["reading", "scale"];

function signsIn({ kind, fields }) {
  const [name, point] = (fields.tapped ?? "").split(":");
  if (kind === "scale") return { [name]: Number(point) };
  return Object.fromEntries(Object.keys(signs).filter((each) => fields[each]).map((each) => [each, Number(fields[each])]));
}

// What another entry was typed in the place of.
export const replaced = () => new Set(of(room).filter(({ state }) => COUNTED.includes(state)).map(({ fields }) => fields.instead_of));

export function own(known) {
  const wrong = replaced();
  return of(room)
    .filter(({ id, kind, state }) => SORTS.includes(kind) && COUNTED.includes(state) && !known.has(id) && !wrong.has(id))
    .map((entry) => ({ at: entry.taken_at ?? entry.at_ms + (entry.skew_ms ?? 0), signs: signsIn(entry), mine: true }));
}
