// Answers tapped without a network wait here, on this device, until the practice has them; in the order
// they were tapped, each with an id, so that none is lost and none counts twice. They belong to one
// person: whoever logs in next does not find them, and logging out takes them away.
export const PAGES = "sheets"; // the cache of keep.js
export const me = document.body.dataset.me;
let memory = null; // where a browser keeps nothing

export function kept() {
  let found = memory;
  try { found = JSON.parse(localStorage.getItem("answers")) ?? memory; } catch { /* memory it is */ }
  return found ?? { me, taps: [], known: {} };
}

export const isFleeting = () => memory !== null;
export const tell = (detail) => document.dispatchEvent(new CustomEvent("answers", { detail }));

// Who logs out with answers unsent is asked first (confirm.js).
function warn({ taps }) {
  for (const form of document.querySelectorAll('form[action$="/logout/"]')) {
    if (taps.length) form.dataset.confirm = document.body.dataset.unsent;
    else delete form.dataset.confirm;
  }
}

function write(now) {
  memory = now;
  try { localStorage.setItem("answers", JSON.stringify(now)); memory = null; } catch { /* memory it is */ }
  warn(now);
}

export function forget() {
  memory = null;
  try { localStorage.removeItem("answers"); } catch { /* nothing was kept */ }
  globalThis.caches?.delete(PAGES);
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function add(tap) {
  const now = kept();
  write({ ...now, taps: [...now.taps, { ...tap, id: newId(), at: Date.now() }] });
  tell({ added: true });
}

// What the practice has said of a batch: it waits no longer, and `known` is what stands there now.
export function settle({ sheet, batch }, said) {
  const now = kept();
  const done = new Set(batch.map((tap) => tap.id));
  const known = { ...now.known, [sheet]: { asOf: said.as_of, answers: said.answers } };
  if (said.over || !said.answers) delete known[sheet];
  write({ ...now, taps: now.taps.filter((tap) => !done.has(tap.id)), known });
  tell({ sheet, batch, said });
}

if (me && kept().me !== me) forget();
else warn(kept());
