// Says of each entry where it is: saved here, saved on the server, or refused and why; and of the clock.
import { change, drop, entries, isUnkept, of, other } from "./room-entries.js";
import { skewMs } from "./room-clock.js";
import { way } from "./room-sending.js";
import { bringBack } from "./room-again.js";
import { line } from "./room-line.js";

const room = document.querySelector("[data-room]");
const [find, words] = [(what) => room.querySelector(what), room.dataset];
const many = (count, one, more) => (count === 1 ? one : more).replace("{n}", count);
const [NOTABLE_S, SHOWN] = [2, 6];

function status() {
  const waits = entries.filter(({ state }) => state !== "sent" && state !== "refused").length;
  if (isUnkept() && waits) return ["stop", words.unkept];
  if (way.door && waits) return ["caution", words.door];
  if (waits && (way.waits || !navigator.onLine)) return ["caution", many(waits, words.waitsOne, words.waitsMany)];
  const refused = entries.filter(({ state }) => state === "refused").length;
  if (refused && !waits) return ["stop", many(refused, words.notTakenOne, words.notTakenMany)];
  return waits ? ["", words.sending] : ["ok", words.saved];
}

function clock() {
  const apart = Math.round(Math.abs(skewMs() ?? 0) / 1000);
  find("[data-clock]").hidden = apart <= NOTABLE_S;
  find("[data-clock]").textContent = words[skewMs() > 0 ? "behind" : "ahead"].replace("{n}", apart);
}

export function paint() {
  const [level, said] = status();
  const mine = of(words.room).toReversed();
  const last = mine.filter(({ state, stays }, at) => at < SHOWN || stays || state === "refused" || state === "asks");
  const [list, lines] = [find("[data-list]"), last.map((each) => line(each))]; // what says the same stays: a tap may be under way
  if (list.innerHTML !== lines.map((each) => each.outerHTML).join("")) list.replaceChildren(...lines);
  if (find("[data-status]").textContent !== said) find("[data-status]").textContent = said;
  [find("[data-door]").hidden, room.dataset.level] = [said !== words.door, level];
  find("[data-more]").textContent = mine.length > last.length ? words.more.replace("{n}", mine.length - last.length) : "";
  const others = [[other.people, words.othersOne, words.othersMany], [other.closed, words.closedOne, words.closedMany]];
  find("[data-others]").textContent = others.filter(([count]) => count).map((each) => many(...each)).join(" ");
  clock();
}

room.addEventListener("click", ({ target }) => {
  if (target.matches("[data-try]")) change(target.value, { state: "here", why: "" });
  if (target.matches("[data-change]")) bringBack(entries.find(({ id }) => id === target.value));
});
room.addEventListener("submit", (event) => {
  event.preventDefault();
  drop(event.submitter.value);
});
