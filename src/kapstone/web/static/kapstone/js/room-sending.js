// Sends what waits: at once, and again when the network or the person comes back. What the server refuses stays
// here with its reason; what it takes stays until the page of its room shows it.
import { change, entries, following, ready, tell, waiting } from "./room-entries.js";
import { post } from "./room-post.js";

const RETRY_MS = 10_000;
const MOST = 100;
const UNANSWERED_MS = 5 * 60_000; // an unlikely value that nobody takes back counts as it was typed
const faults = new Map(); // how often the server stumbled over an entry
export const way = { waits: false, door: false };
let sending = false;

const isLeft = ({ id, state, at_ms: at }) => Date.now() - at > UNANSWERED_MS
  && (state === "asks" || (state === "held" && !following(id)));

// What names a reading over which the server stumbles waits for it.
const isBehind = ({ fields }) => faults.has(fields.reading) && waiting().some(({ id }) => id === fields.reading);

function nextBatch() {
  const [first, ...rest] = waiting().filter((entry) => !isBehind(entry)).sort((one, other) =>
    (faults.get(one.id) ?? 0) - (faults.get(other.id) ?? 0) || one.at_ms - other.at_ms);
  if (!first || faults.has(first.id)) return first ? [first] : [];
  return [first, ...rest.filter(({ id, session }) => session === first.session && !faults.has(id))].slice(0, MOST);
}

async function settle(batch, { kept = [], refused = {}, doubtful = {}, beside = {}, now_ms: sent }) {
  for (const { id } of batch) {
    if (id in refused) await change(id, { state: "refused", why: refused[id] });
    else if (kept.includes(id)) await change(id, { state: "sent", sent, sent_ms: Date.now(), why: [beside[id], doubtful[id]].filter(Boolean).join(" "), stays: id in beside });
  }
}

export async function send() {
  if (sending) return;
  sending = true;
  for (const { id, fields } of entries.filter(isLeft)) {
    await change(id, { state: "here", fields: { ...fields, taken_again: undefined, confirm: "unanswered" } });
  }
  let batch = nextBatch();
  try {
    while (batch.length) {
      await settle(batch, await post(batch[0].session, batch));
      [way.waits, way.door] = [false, false];
      batch = nextBatch();
    }
  } catch (fault) {
    if (fault.message === "stumbled") for (const { id } of batch) faults.set(id, (faults.get(id) ?? 0) + 1);
    [way.waits, way.door] = [true, fault.message === "door"];
  }
  sending = false;
  tell({ tried: true });
  if (!way.waits && waiting().length) send();
}

document.addEventListener("entries", ({ detail }) => detail.added && send());
for (const event of ["online", "pageshow"]) addEventListener(event, send);
setInterval(send, RETRY_MS);
ready.then(send);
