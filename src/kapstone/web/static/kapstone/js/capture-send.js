// Sends what waits, one after the other, each until the practice has it; and deletes there what was deleted here.
import { gone, mine, refused, sent, trying } from "./capture-queue.js";
import { unseal } from "./capture-store.js";

const ANSWER_MS = 30_000, A_YEAR_S = 365 * 86_400, FOR_GOOD = new Set([413, 422]);
const { to, deleteAt } = document.querySelector("[data-capture]").dataset;
let sending = false, shut = false;
export const isShut = () => shut;

// The address is the key: whoever is logged in on this phone is not asked.
async function post(address, asked, body) {
  const how = { method: "POST", body, credentials: "omit", redirect: "error", signal: AbortSignal.timeout(ANSWER_MS) };
  const answer = await fetch(`${address}?${new URLSearchParams(asked)}`, how);
  shut = answer.status === 404;
  return answer;
}

async function sendOne(row) {
  if (!await trying(row.id)) return;
  const ago = Math.min(A_YEAR_S, Math.max(0, (Date.now() - row.at) / 1000 || 0));
  const spoken = row.seconds === null ? {} : { seconds: row.seconds };
  const answer = await post(to, { id: row.id, ago_s: ago, ...spoken }, await unseal(row));
  if (answer.ok) await sent(row.id);
  else if (FOR_GOOD.has(answer.status)) await refused(row.id, (await answer.json()).refused);
}

async function deleteOne(row) {
  if ((await post(deleteAt, { id: row.id })).ok) await gone(row.id);
}

export async function send(show) {
  if (sending || shut) return;
  sending = true;
  try {
    for (const row of await mine()) {
      if (row.state === "waits") await sendOne(row);
      if (row.state === "going") await deleteOne(row);
      if (row.state === "waits" || row.state === "going") await show();
    }
  } catch { /* no network: they wait here */ }
  sending = false;
}
