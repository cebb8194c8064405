// A questionnaire by keyboard: a number chooses, up and down walk through the answers, left and right move.
import { root } from "./sheet-given.js";

function current() {
  return document.activeElement?.closest?.("[data-question]")
    ?? (root.dataset.shape === "one" ? root.querySelector("[data-question]:not([hidden])") : null);
}

function walk(form, step) {
  const choices = [...form.querySelectorAll(".ask-choice")];
  const at = choices.indexOf(document.activeElement);
  choices[at < 0 ? (step > 0 ? 0 : choices.length - 1) : (at + step + choices.length) % choices.length]?.focus();
}

function choiceOf(form, digit) {
  const choices = [...form.querySelectorAll(".ask-choice")];
  // On a scale of numbers the key is the number itself; elsewhere it counts the answers.
  const isScale = choices.every((each) => each.textContent.trim() === each.value);
  return isScale ? choices.find((each) => each.value === digit) : choices[Number(digit) - 1];
}

// A finger has no keys: the hint goes with a touch, and is back with the first key.
const touched = (is) => root.toggleAttribute("data-touched", is);
document.addEventListener("pointerdown", ({ pointerType }) => touched(pointerType === "touch"));

document.addEventListener("keydown", (event) => {
  touched(false);
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input, textarea, select")) return;
  if (root.querySelector("[data-asking]").hidden) return;
  const form = current();
  const press = (what) => { if (root.querySelector(what).checkVisibility()) root.querySelector(what).click(); };
  if (event.key === "ArrowLeft") press("[data-back]");
  else if (event.key === "ArrowRight") press("[data-next]");
  else if (form && /^\d$/.test(event.key)) { if (!event.repeat) choiceOf(form, event.key)?.click(); }
  else if (form && event.key === "ArrowDown") walk(form, 1);
  else if (form && event.key === "ArrowUp") walk(form, -1);
  else return;
  event.preventDefault();
});
