// On every page: what the server refused out of another room, also out of one that is over; read here, and taken away.
import { drop, entries, ready } from "./room-entries.js";

const list = document.querySelector("[data-refused-list]");
const room = document.querySelector("[data-room]")?.dataset.room;
const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const refused = () => entries.filter(({ state, session }) => state === "refused" && session !== room);
export const count = () => refused().length;

const said = ({ whose, words }) => [whose, words].filter(Boolean).join(": ");

function line({ id, session, at_ms: at, skew_ms: skew, whose, words, why }) {
  const made = list.querySelector("template").content.firstElementChild.cloneNode(true);
  const part = (name) => made.querySelector(`[data-${name}]`);
  part("at").textContent = when.format(new Date(at + (skew ?? 0)));
  [part("words").textContent, part("why").textContent] = [said({ whose, words }), why ?? ""];
  part("open").href = `/sessions/${session}/`;
  made.querySelector("button").value = id;
  return made;
}

export function paint() {
  const [first, ...more] = refused();
  list.hidden = !first;
  const told = list.querySelector("[data-first]");
  if (first) told.textContent = [said(first), more.length && told.dataset.more.replace("{n}", more.length)].filter(Boolean).join(", ");
  list.querySelector("form").replaceChildren(...refused().map(line));
}

list?.addEventListener("submit", (event) => {
  event.preventDefault();
  drop(event.submitter.value);
});
export const begun = ready.then(() => list && document.addEventListener("entries", paint)).then(() => list && paint());
