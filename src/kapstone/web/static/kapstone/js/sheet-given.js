// What has been answered of the questionnaire on this page, as far as this device knows; and what is asked.
import { kept } from "./queue.js";

export const root = document.querySelector("[data-sheet]");
export const sheet = root.dataset.sheet;
export const all = [...root.querySelectorAll("[data-question]")];
export const given = new Map();
export const idOf = (form) => form.dataset.question;

for (const form of all) {
  const said = form.querySelector('[aria-pressed="true"]') ?? form.querySelector(".ask-number");
  if (said?.value) given.set(idOf(form), Number(said.value));
}
const { taps, known } = kept();
// A page out of the cache may be older than what was sent since.
if (Date.parse(known[sheet]?.asOf) > Date.parse(document.body.dataset.now)) {
  for (const [item, value] of Object.entries(known[sheet].answers)) given.set(item, value);
}
for (const tap of taps) if (tap.sheet === sheet && tap.item) given.set(tap.item, tap.value);

// A question whose opening answer is missing is asked: a blank hides nothing. One that other answers made
// needless is not, unless it was answered all the same.
const says = ([item, value]) => given.get(item) === Number(value);
function isAsked(form) {
  const { if: opener, is, skips } = form.dataset;
  if (opener && given.has(opener) && !says([opener, is])) return false;
  return given.has(idOf(form)) || !JSON.parse(skips ?? "[]").some((where) => Object.entries(where).every(says));
}
export const asked = () => all.filter(isAsked);
export const isOpen = (form) => !given.has(idOf(form));

export function beside(form, step) {
  const open = asked();
  return open[open.indexOf(form) + step] ?? null;
}

export function following(form) {
  const open = asked();
  return open.slice(open.indexOf(form) + 1).find(isOpen) ?? null;
}

// Where to go on: after the last answer. What was left blank before it was left on purpose.
export function ahead() {
  const open = asked();
  return open[open.findLastIndex((form) => !isOpen(form)) + 1] ?? null;
}

export function inAddress() {
  const wanted = new URLSearchParams(location.search);
  const form = asked().find((each) => idOf(each) === wanted.get("item"));
  return form ?? (wanted.has("end") ? null : ahead());
}
