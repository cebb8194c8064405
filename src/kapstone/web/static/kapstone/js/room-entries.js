// What was entered in rooms on this device: kept here first, then sent. An entry is `saving`, `here`, `sent`,
// `refused` (why), `asks` (confirm or repeat), or `held` until the one taken again for it goes with it.
import { all, isFleeting, put, take } from "./room-store.js";
import { key, me, seal, unseal } from "./room-seal.js";
import { skewMs } from "./room-clock.js";

export const entries = []; // mine, opened
export const other = { people: 0, closed: 0 }; // somebody else's; mine that the key does not open
export const isUnkept = () => isFleeting() || entries.some(({ unkept, state }) => unkept && state !== "sent");
export const tell = (detail = {}) => document.dispatchEvent(new CustomEvent("entries", { detail }));
export const of = (session) => entries.filter((each) => each.session === session);
export const following = (id) => entries.find(({ fields }) => fields.instead_of === id);
const goes = ({ id, state }) => state === "here" || (state === "held" && ["here", "sent"].includes(following(id)?.state));
export const waiting = () => entries.filter(goes);

// What the device does not take stays in the page, which says so, and is sent from there.
const write = (entry) => seal(entry)
  .then((sealed) => put({ id: entry.id, me, done: entry.state === "sent", sealed })).then(() => false, () => true);

// An id also where crypto.randomUUID is not: a page that came without https.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export async function add(entry) {
  const made = { id: newId(), at_ms: Date.now(), skew_ms: skewMs(), ...entry };
  entries.push({ ...made, state: entry.state === "asks" ? "asks" : "saving" });
  tell();
  await change(made.id, { state: entry.state ?? "here" });
  return made.id;
}

export async function change(id, changes) {
  const entry = entries.find((each) => each.id === id);
  const unkept = await write({ ...entry, ...changes });
  Object.assign(entry, changes, { unkept });
  tell({ added: entry.state === "here" });
}

export async function drop(id) {
  const at = entries.findIndex((each) => each.id === id);
  if (at >= 0) entries.splice(at, 1);
  await take(id);
  tell();
}

export const ready = (async () => {
  await key().catch(() => { /* no network, and no key of before: an entry will say so */ });
  for (const row of await all()) {
    if (row.me !== me && row.done) await take(row.id);
    else if (row.me !== me) other.people += 1;
    else await unseal(row.sealed).then((entry) => entries.push(entry), () => { other.closed += 1; });
  }
  entries.sort((one, next) => one.at_ms - next.at_ms);
  tell({ added: true });
})();
