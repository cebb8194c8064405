// What waits on this device out of its rooms, in the browser's IndexedDB: entries, sealed; and a few things
// by name (the key, the device's id, its clock). Where a browser keeps nothing, memory has to do.
const memory = { entries: new Map(), things: new Map() };
let fleeting = false;
export const isFleeting = () => fleeting;

const opened = new Promise((yes, no) => {
  const asked = indexedDB.open("rooms", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("entries", { keyPath: "id" });
    asked.result.createObjectStore("things");
  };
  [asked.onsuccess, asked.onerror] = [() => yes(asked.result), () => no(asked.error)];
}).catch(() => { fleeting = true; });

// Strict: a reading counts as kept once it is on the disk, not on its way there.
async function within(name, mode, act) {
  const deal = (await opened).transaction(name, mode, { durability: "strict" });
  const asked = act(deal.objectStore(name));
  return new Promise((yes, no) => {
    deal.oncomplete = () => yes(asked.result);
    deal.onabort = () => no(deal.error);
  });
}

async function kept(name, act, instead, mode = "readwrite") {
  await opened;
  if (fleeting) return instead(memory[name]);
  return within(name, mode, act);
}

export const all = () => kept("entries", (store) => store.getAll(), (map) => [...map.values()], "readonly");
export const put = (row) => kept("entries", (store) => store.put(row), (map) => map.set(row.id, row));
export const take = (id) => kept("entries", (store) => store.delete(id), (map) => map.delete(id));
export const thing = (name) => kept("things", (store) => store.get(name), (map) => map.get(name), "readonly");
export const setThing = (name, what) =>
  kept("things", (store) => store.put(what, name), (map) => map.set(name, what));
export const dropThing = (name) => kept("things", (store) => store.delete(name), (map) => map.delete(name));

export async function device() {
  const known = await thing("device") ?? crypto.randomUUID();
  await setThing("device", known);
  return known;
}
