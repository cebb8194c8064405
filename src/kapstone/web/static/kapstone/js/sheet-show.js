// Shows one question of a questionnaire, or all of it; what is blank, and how far it has gone.
import { all, asked, given, idOf, isOpen, root } from "./sheet-given.js";
import { paintEnd } from "./sheet-end.js";
import "./sheet-state.js";

const find = (what) => root.querySelector(what);
let here = null; // the question that is shown; null at the end
const QUIET_MS = 450; // longer than a double tap takes
let quiet = 0;

// One tap, one answer: the second half of a double tap does not press what has just come under the finger.
function calm() {
  root.dataset.quiet = "";
  clearTimeout(quiet);
  quiet = setTimeout(() => delete root.dataset.quiet, QUIET_MS);
}
export const shown = () => here;

export function cover(name) {
  calm();
  for (const part of ["asking", "help", "waits"]) find(`[data-${part}]`).hidden = part !== name;
  find(`[data-${name}]`).focus();
  scrollTo(0, 0);
}

function paintQuestion(form, isShown) {
  form.hidden = !isShown;
  for (const button of form.querySelectorAll(".ask-choice")) {
    button.setAttribute("aria-pressed", String(given.get(idOf(form)) === Number(button.value)));
  }
  const typed = form.querySelector(".ask-number");
  if (typed && !isOpen(form)) typed.value = given.get(idOf(form));
}

function paintSteps(whole) {
  const open = asked();
  const number = find("[data-number]");
  number.hidden = find("[data-steps]").hidden = whole || !here;
  find("#about").hidden = find("[data-ways]").hidden = !whole && !here;
  number.textContent = number.dataset.words.replace("{n}", open.indexOf(here) + 1).replace("{all}", open.length);
  [find("progress").max, find("progress").value] = [open.length, open.filter((form) => !isOpen(form)).length];
  for (const button of root.querySelectorAll("[name=shape]")) button.hidden = button.value === root.dataset.shape;
  find("[data-next]").textContent = find("[data-next]").dataset[here && !isOpen(here) ? "on" : "blank"];
  find("[data-back]").hidden = open[0] === here;
}

export function show(form, { push = false, focus = true } = {}) {
  const whole = root.dataset.shape === "page";
  here = form;
  calm();
  for (const each of all) paintQuestion(each, asked().includes(each) && (whole || each === here));
  paintEnd(whole, whole || !here);
  paintSteps(whole);
  if (push) history.pushState(null, "", form ? `?item=${idOf(form)}` : "?end=1");
  if (!focus) return;
  if (find("[data-asking]").hidden) cover("asking");
  (form ?? find("[data-end]")).querySelector("h2").focus({ preventScroll: !whole });
  if (!whole) scrollTo(0, 0);
  document.dispatchEvent(new CustomEvent("asked", { detail: form }));
}
