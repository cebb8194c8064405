// The end of a questionnaire, before it is sent: each answer in words, and how many are blank.
import { asked, given, idOf, isOpen, root } from "./sheet-given.js";

const find = (what) => root.querySelector(what);
const many = (words, count) => (count === 1 ? words.one : words.many.replace("{n}", count));

function saidOf(form) {
  const chosen = form.querySelector('[aria-pressed="true"]');
  return chosen?.textContent.trim() ?? String(given.get(idOf(form)));
}

export function paintEnd(whole, isShown) {
  const blank = asked().filter(isOpen).length;
  find("[data-end]").hidden = !isShown;
  find("[data-blanks]").hidden = !blank;
  find("[data-blanks] b").textContent = many(find("[data-blanks] b").dataset, blank);
  [find("[data-meaning]").hidden, find("[data-plain]").hidden] = [true, false];
  [find("[data-finish]").hidden, find("[data-nothing]").hidden] = [!given.size, given.size > 0];
  find("[data-lines]").hidden = whole;
  for (const line of root.querySelectorAll("[data-line]")) {
    const form = document.getElementById(`q-${line.dataset.line}`);
    const word = line.querySelector("[data-said]");
    line.hidden = !asked().includes(form);
    const verb = line.querySelector("[data-verb]");
    verb.textContent = verb.dataset[isOpen(form) ? "open" : "given"];
    word.textContent = isOpen(form) ? word.dataset.said : saidOf(form);
  }
}
