// What a sitter saw waits here, on this phone, until the practice has it: each look with an id, in order.
export const PAGES = "sitter"; // the cache of the page itself
const card = document.querySelector("[data-sitter]");
const mine = card.dataset.sitter; // for which evening: a new link for it finds what waited under the old one
const MOST = 60;
let memory = null; // where a browser keeps nothing

function all() {
  try { return JSON.parse(localStorage.getItem("sitter")) ?? memory ?? {}; } catch { return memory ?? {}; }
}

export function kept() {
  return all()[mine] ?? { looks: [], ahead: 0, started: card.dataset.started, ended: card.dataset.ended, last: card.dataset.last, check: card.dataset.check };
}

export const isFleeting = () => memory !== null;
export const waiting = () => kept().looks.filter((look) => !look.sent && !look.refused);

function write(now) {
  memory = { ...all(), [mine]: now };
  try { localStorage.setItem("sitter", JSON.stringify(memory)); memory = null; } catch { /* memory it is */ }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function add(saw, label) {
  const now = kept();
  // Only what the practice has is ever dropped from here.
  const old = now.looks.slice(0, -MOST).filter((look) => !look.sent);
  write({ ...now, looks: [...old, ...now.looks.slice(-MOST), { id: newId(), saw, label, at: Date.now() }] });
}

// What the practice said of the looks that were sent, and how the evening stands. A refused one stays here.
export function settle(said, sent) {
  const now = kept();
  const done = new Set(said.kept);
  const why = new Map(sent.map((look, place) => [look.at, said.refused[look.id] ?? said.refused[`#${place}`]]));
  const mark = (look) => ({ ...look, sent: look.sent || done.has(look.id), refused: look.refused || why.get(look.at) });
  // A page in whose place another was opened is not told how the evening stands, but whether to call still does.
  const stands = "started_at" in said ? { started: said.started_at, ended: said.ended_at, last: said.last_at, check: said.check_at } : {};
  if ("outside" in said) stands.outside = said.outside; // of the readings: "red", "unknown" or nothing
  write({ ...now, ...stands, call: said.call ?? now.call, ahead: Date.parse(said.now) - Date.now(), looks: now.looks.map(mark) });
}

// The newest look or the start, on this phone's own clock; null while nothing has begun.
export function since() {
  const { looks, ahead, started, last } = kept();
  const theirs = [started, started && last].filter(Boolean).map((at) => Date.parse(at) - ahead);
  const own = looks.filter((look) => !look.refused).map((look) => look.at);
  return theirs.length || own.length ? Math.max(...theirs, ...own) : null;
}
