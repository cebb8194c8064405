// What the server refused goes back into its form, with the reason. Sent once more it keeps the time of the first try.
import { drop, entries } from "./room-entries.js";

const AT_ONCE_MS = 20_000; // refused while its person still stands at the form
const justSent = new Map(); // entries of this page, and when they were entered
const typedIn = (form) => [...form.elements].filter(({ name, type, tagName }) => name && type !== "hidden" && tagName !== "BUTTON");
const isTouched = (form) => typedIn(form).some((field) => !field.options && field.value !== field.defaultValue);

export function formOf({ kind, fields }) {
  const forms = [...document.querySelectorAll(`form[data-kept="${kind}"]`)].filter((form) => typedIn(form).length);
  const alike = ({ elements }) => ["event", "notice", "reading", "limit"].every((name) => !elements[name] || elements[name].value === fields[name]);
  return forms.find(alike);
}

function say(form, why) {
  form.querySelector("[data-why-not]")?.remove();
  if (!why) return;
  const notice = Object.assign(document.createElement("div"), { className: "notice", role: "alert", textContent: why });
  Object.assign(notice.dataset, { level: "stop", whyNot: "" });
  form.prepend(notice);
}

export function bringBack(entry) {
  const form = formOf(entry);
  for (const field of typedIn(form)) {
    const told = entry.fields[field.name];
    if (["checkbox", "radio"].includes(field.type)) field.checked = told === field.value;
    else field.value = told ?? "";
  }
  Object.assign(form.closest("details") ?? {}, { hidden: false, open: true });
  form.dataset.again = entry.id;
  say(form, entry.why);
  form.scrollIntoView({ block: "center" });
  typedIn(form)[0].focus({ preventScroll: true });
}

const refused = (form) => entries.find(({ id, state }) => id === form.dataset.again && state === "refused");

export function insteadOf(form) {
  const { at_ms: at, skew_ms: skew } = refused(form) ?? {};
  return at === undefined ? {} : { at_ms: at, skew_ms: skew };
}

export async function madeAgain(form, id) {
  justSent.set(id, Date.now());
  if (refused(form)) await drop(form.dataset.again);
}

document.addEventListener("entries", () => {
  for (const form of document.querySelectorAll("form[data-again]")) {
    if (refused(form)) continue;
    say(form);
    delete form.dataset.again;
  }
  for (const entry of entries.filter(({ id, state }) => state === "refused" && justSent.has(id))) {
    const [form, since] = [formOf(entry), Date.now() - justSent.get(entry.id)];
    justSent.delete(entry.id);
    if (form && since < AT_ONCE_MS && !form.dataset.again && !isTouched(form)) bringBack(entry);
  }
});
