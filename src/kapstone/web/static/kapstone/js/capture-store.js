// First words wait here, in the browser's IndexedDB, each sealed with a key that cannot be taken out of this phone:
// a copied file is of no use. Where a browser keeps nothing, memory has to do.
const AES = { name: "AES-GCM", length: 256 };
const memory = new Map();
let broken = false, sealing = null;
export const isFleeting = () => [...memory.values()].some((row) => row.state === "waits");

const opened = new Promise((yes, no) => {
  const asked = indexedDB.open("captures", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("entries", { keyPath: "id" });
    asked.result.createObjectStore("keys");
  };
  [asked.onsuccess, asked.onerror] = [() => yes(asked.result), () => no(asked.error)];
}).catch(() => { broken = true; });

// Strict: it counts as kept once it is on the disk, not on its way there.
async function within(name, mode, act) {
  const deal = (await opened).transaction(name, mode, { durability: "strict" });
  const asked = act(deal.objectStore(name));
  return new Promise((yes, no) => {
    deal.oncomplete = () => yes(asked.result);
    deal.onabort = () => no(deal.error);
  });
}

async function made() {
  const fresh = await crypto.subtle.generateKey(AES, false, ["encrypt", "decrypt"]);
  await opened;
  if (broken) return fresh;
  await within("keys", "readwrite", (store) => store.add(fresh, "seal")).catch(() => { /* the first one stands */ });
  const kept = await within("keys", "readonly", (store) => store.get("seal"));
  broken = !kept;
  return kept ?? fresh;
}
const key = () => sealing ??= made();
const inside = async (mode, act) => (await key()) && (broken ? undefined : within("entries", mode, act));

export async function seal(bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), bytes) };
}
export const unseal = async ({ iv, bytes }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), bytes);

export const all = async () => [...(await inside("readonly", (store) => store.getAll()) ?? []), ...memory.values()];

export async function put(row) {
  try { if (await inside("readwrite", (store) => store.put(row)) !== undefined) return; } catch { /* full, or shut */ }
  memory.set(row.id, row);
}

// Read and written in one deal, so that what was deleted meanwhile does not come back; `how` gives the row as it is
// from now on, or null when it goes. Gives the row that was there.
export async function change(id, how) {
  const act = (there, keep, drop) => { const next = there && how(there); if (next) keep(next); else if (there) drop(); return there; };
  if (memory.has(id)) return act(memory.get(id), (row) => memory.set(id, row), () => memory.delete(id));
  return inside("readwrite", (store) => Object.assign(store.get(id), { onsuccess() { act(this.result, (row) => store.put(row), () => store.delete(id)); } }));
}
