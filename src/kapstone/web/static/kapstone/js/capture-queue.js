// What was said on this phone, and what became of it: it waits, was sent or refused, or goes: deleted here, and to be
// deleted at the practice. Only what waits still has its words; once they are sent nothing of them stays here.
import { all, change, put, seal } from "./capture-store.js";

const owner = document.querySelector("[data-capture]").dataset.owner; // a phone may have had another one
const LONGEST_MS = 14 * 24 * 60 * 60 * 1000;
const without = (row, state, why) => ({ ...row, state, why, iv: null, bytes: null });

export async function mine() {
  const rows = (await all()).filter((row) => row.owner === owner);
  return rows.sort((one, other) => one.at - other.at);
}

export async function add(kind, bytes, seconds) {
  const row = { id: crypto.randomUUID(), owner, kind, seconds, at: Date.now(), state: "waits", tried: false };
  await put({ ...row, ...await seal(bytes) });
}

// Whether it still waits; from now on the practice may have it.
export async function trying(id) {
  const found = await change(id, (row) => ({ ...row, tried: true }));
  return found?.state === "waits";
}

export const sent = (id) => change(id, (row) => row.state === "waits" ? without(row, "sent") : row);
// What was refused stays here, words and all, until it is deleted.
export const refused = (id, why) => change(id, (row) => row.state === "waits" ? { ...row, state: "refused", why } : row);
export const gone = (id) => change(id, () => null);
export const remove = (id) => change(id, (row) => row.tried && row.state !== "refused" ? without(row, "going") : null);

export async function forgetOld() {
  for (const row of await mine()) if (row.state === "sent" && Date.now() - row.at > LONGEST_MS) await gone(row.id);
}
