// The list of the sitter's looks: each with its hour, and whether it is saved here or sent.
import { isFleeting, kept } from "./sitter-kept.js";

const card = document.querySelector("[data-sitter]");
const words = card.dataset;
// The hours of the practice, as the page itself shows them: a phone may think that it is elsewhere.
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: words.zone };

function row(look, shut) {
  const line = document.createElement("li"), seen = document.createElement("span"), state = document.createElement("span");
  const hour = new Date(look.at).toLocaleTimeString("en-GB", CLOCK);
  seen.textContent = `${hour} ${look.label}`;
  state.textContent = look.refused ? `■ ${words.wordsAgain}: ${look.refused}` : (look.sent ? `✓ ${words.wordsSent}` : shut ? `■ ${words.wordsShut}` : `… ${words.wordsHere}`);
  state.className = "small muted";
  line.dataset.mine = look.id;
  line.append(seen, state);
  return line;
}

const isWell = (look) => card.querySelector(`button[value="${CSS.escape(look.saw)}"]`)?.classList.contains("primary") ?? false;

// To call stands until a later look is well, or somebody at the practice has answered the call.
function callsNow() {
  const { looks, call } = kept();
  const newest = looks.filter((look) => !look.refused || !isWell(look)).at(-1);
  return newest && !newest.sent ? !isWell(newest) : call ?? words.call === "yes";
}

// What the practice said last of the readings; without a network the last word stands.
export const outside = () => kept().outside ?? words.outside;

function showOutside() {
  const box = card.querySelector("[data-is-outside]");
  box.hidden = !outside();
  for (const each of box.querySelectorAll("[data-when]")) each.hidden = each.dataset.when !== outside();
}

export function show(shut) {
  showOutside();
  card.querySelector("[data-call-now]").hidden = !callsNow();
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
