// One batch to the server, and what it said; with no entries it only compares the clocks.
import { heard } from "./room-clock.js";
import { device } from "./room-store.js";

const ANSWER_MS = 8_000; // an answer that hangs counts as none: what was sent stays, and is sent again
const GONE = "There is no such session for you.";
const sentOf = ({ id, kind, at_ms, skew_ms, fields }) => ({ id, kind, at_ms, skew_ms, fields });

export async function post(session, batch) {
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  if (!batch.length) headers["X-Poll"] = "1";
  const asked = Date.now();
  const body = JSON.stringify({ now_ms: asked, device: await device(), entries: batch.map(sentOf) });
  const answer = await fetch(`/sessions/${session}/sent/`, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) });
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("door");
  if (answer.status === 404) return { refused: Object.fromEntries(batch.map(({ id }) => [id, GONE])) };
  if (!answer.ok) throw new Error(answer.status === 500 ? "stumbled" : "waits");
  const said = await answer.json();
  heard(said.now_ms, asked, Date.now());
  return said;
}
