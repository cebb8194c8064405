// The sitter's page: each look is kept on the phone first, then sent; a prompt every quarter of an hour.
import "./sitter-keep.js";
import { add, kept, settle, since, waiting } from "./sitter-kept.js";
import { outside, show } from "./sitter-list.js";

const RETRY_MS = 10_000, ANSWER_MS = 8_000, MOST_AT_ONCE = 100;
const card = document.querySelector("[data-sitter]");
const words = card.dataset;
const prompt = card.querySelector("[data-prompt]");
const title = document.title;
let sending = false, shut = false, prompted = null, warned = false;

function tick() {
  const from = since();
  const left = from === null ? null : from + words.everyMin * 60_000 - Date.now();
  const { ended, check, ahead } = kept();
  const once = ended && check && Date.parse(check) - ahead <= Date.now() && from < Date.parse(check) - ahead;
  const due = once || (!ended && left !== null && left <= 0);
  const minutes = Math.ceil((left ?? 0) / 60_000);
  const said = (outside() ? `■ ${words.wordsOutside} ` : "") + (once ? `! ${words.wordsCheck}` : ended ? words.wordsOver : left === null ? words.wordsBefore : due ? `! ${words.wordsDue}` : `${words.wordsNext} ${minutes} min`);
  if (outside() && !warned) navigator.vibrate?.([300, 200, 300]);
  warned = Boolean(outside());
  if (prompt.textContent !== said) prompt.textContent = said;
  card.toggleAttribute("data-due", due);
  document.title = warned ? `■ ${words.wordsOutside}` : due ? `! ${words.wordsDue}` : title;
  if (due && prompted !== from) navigator.vibrate?.([300, 200, 300]);
  if (due) prompted = from;
}

async function send() {
  if (sending || shut) return;
  sending = true;
  const mine = waiting().slice(0, MOST_AT_ONCE);
  const looks = mine.map(({ id, saw, at }) => ({ id, saw, ago_s: Math.max(0, (Date.now() - at) / 1000) }));
  try {
    const answer = await fetch(words.to, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ looks }), keepalive: true, signal: AbortSignal.timeout(ANSWER_MS) });
    shut = answer.status === 404;
    if (answer.ok) settle(await answer.json(), mine);
  } catch { /* no network: they wait here */ }
  sending = false;
  show(shut);
  tick();
}

card.querySelector("form").addEventListener("submit", (event) => {
  const button = event.submitter;
  event.preventDefault();
  add(button.value, button.textContent.slice(2));
  show(shut);
  tick();
  send();
});

for (const event of ["online", "pageshow"]) addEventListener(event, send);
setInterval(send, RETRY_MS);
setInterval(tick, 1000);
show(shut);
tick();
