// Seals what waits with a key that only its person's log-in is given. The key stays on the device while they are
// logged in, so that a restart without a network can go on, and goes as soon as they are not.
import { dropThing, setThing, thing } from "./room-store.js";

export const PAGES = "rooms"; // the cache of room-worker.js
export const me = document.body.dataset.me;
const AES = "AES-GCM";
let held = null;

async function fetched() {
  const answer = await fetch("/sessions/seal/", { redirect: "error", headers: { "X-Poll": "1" } });
  if (!answer.ok) throw new Error("door");
  const raw = Uint8Array.from(atob((await answer.json()).key), (each) => each.charCodeAt(0));
  return crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);
}

async function found() {
  const kept = await thing("key");
  if (kept?.me === me) return kept.key;
  const key = await fetched();
  await setThing("key", { me, key });
  return key;
}

export async function key() {
  held ??= found();
  try { return await held; } catch (fault) { held = null; throw fault; }
}

export async function seal(what) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = new TextEncoder().encode(JSON.stringify(what));
  return { iv, bytes: await crypto.subtle.encrypt({ name: AES, iv }, await key(), bytes) };
}

export async function unseal({ iv, bytes }) {
  const plain = await crypto.subtle.decrypt({ name: AES, iv }, await key(), bytes);
  return JSON.parse(new TextDecoder().decode(plain));
}

// Nobody's page can be read any more; what waits stays, sealed, for whoever it belongs to.
export async function forget() {
  held = null;
  await globalThis.caches?.delete(PAGES);
  await dropThing("key");
}

// A key that somebody else left behind.
export async function forgetOthers() {
  const kept = await thing("key");
  if (kept && kept.me !== me) await forget();
}
