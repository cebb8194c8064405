// The list of the sitter's looks: each with its hour, and whether it is saved here or sent.
import { isFleeting, kept } from "./sitter-kept.js";

const card = document.querySelector("[data-sitter]");
const words = card.dataset;

function row(look, shut) {
  const line = document.createElement("li"), seen = document.createElement("span"), state = document.createElement("span");
  const hour = new Date(look.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  seen.textContent = `${hour} ${look.label}`;
  state.textContent = look.refused ? `■ ${words.wordsAgain}: ${look.refused}` : (look.sent ? `✓ ${words.wordsSent}` : shut ? `■ ${words.wordsShut}` : `… ${words.wordsHere}`);
  state.className = "small muted";
  line.dataset.mine = look.id;
  line.append(seen, state);
  return line;
}

export function show(shut) {
  const list = document.querySelector("[data-looks]");
  const there = new Set([...list.querySelectorAll("[data-look]")].map((each) => each.dataset.look));
  const mine = kept().looks.filter((look) => !there.has(look.id)).reverse();
  for (const old of list.querySelectorAll("[data-mine]")) old.remove();
  list.prepend(...mine.map((look) => row(look, shut)));
  document.querySelector("[data-none]").hidden = list.children.length > 0;
  const fleeting = card.querySelector("[data-fleeting]");
  fleeting.hidden = !isFleeting();
  fleeting.textContent = words.wordsFleeting;
}
