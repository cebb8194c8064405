// A form with data-kept="kind" is kept on this device first and sent from there, with a network as without one.
// Buttons may have a kind of their own.
import { add, entries } from "./room-entries.js";
import { insteadOf, madeAgain } from "./room-again.js";
import { begin, correcting, takenAt } from "./room-correct.js";
import { fieldsOf, lacks, wordsOf } from "./room-fields.js";
import { readingOf } from "./room-reading.js";
import { turn } from "./room-turn.js";

const room = document.querySelector("[data-room]");
const TWICE_MS = 1500; // a second tap on the same button inside this is the same tap

const isTwice = ({ kind, fields, session }) => entries.some((each) => each.session === session && each.kind === kind
  && Date.now() - each.at_ms < TWICE_MS && JSON.stringify(each.fields) === JSON.stringify(fields));

function clear(form) {
  form.reset();
  for (const each of form.querySelectorAll("input[name=drafts]")) each.remove();
  for (const each of form.querySelectorAll("[data-draft]")) each.dispatchEvent(new Event("input", { bubbles: true }));
}

async function keep(form, button, kind) {
  const plain = { session: room.dataset.room, whose: room.dataset.whose, kind, fields: fieldsOf(form, button), words: wordsOf(form, button, kind) };
  const made = kind === "reading" ? await readingOf({ ...plain, ...takenAt(), fields: { ...plain.fields, ...correcting() } }) : plain;
  if (!made || isTwice(made)) return;
  const { reload, fresh } = { ...form.dataset, ...button?.dataset };
  const id = await add({ ...made, ...insteadOf(form), reload: reload !== undefined, fresh });
  if (made.state !== "asks" && kind === (form.dataset.kept ?? kind)) clear(form);
  if (kind === "reading") begin(null);
  await madeAgain(form, id);
  if (!button) return;
  turn(button, id);
  button.dataset.just = room.dataset.local;
  setTimeout(() => { delete button.dataset.just; }, 2000);
}

// htmx listens on the buttons themselves: a form that is kept here never gets there.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("form[data-kept] button")?.getAttribute("hx-post")) event.stopImmediatePropagation();
}, true);
document.addEventListener("submit", (event) => {
  const kind = event.submitter?.dataset.kept ?? event.target.dataset.kept;
  if (!kind || event.defaultPrevented) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!event.submitter || !lacks(event.target, event.submitter)) keep(event.target, event.submitter, kind);
}, true);
