// One entry as a line: when, what, and where it is.
import { formOf } from "./room-again.js";
import { isCorrectable } from "./room-correct.js";
import { hour } from "./room-words.js";

const room = document.querySelector("[data-room]");
const signs = room.querySelector("[data-signs]").dataset;
const TONES = { sent: "ok", refused: "stop", asks: "caution" };

export function line(entry, template = "[data-line]") {
  const made = room.querySelector(template).content.firstElementChild.cloneNode(true);
  const part = (name) => made.querySelector(`[data-${name}]`);
  made.dataset.state = entry.state;
  part("at").textContent = hour(entry.at_ms + (entry.skew_ms ?? 0));
  part("words").textContent = entry.words;
  const sign = part("sign");
  sign.textContent = signs[entry.state] ?? signs.here;
  sign.className = `chip ${TONES[entry.state] ?? ""}`;
  if (part("why")) part("why").textContent = entry.why ?? "";
  for (const button of made.querySelectorAll("button")) [button.hidden, button.value] = [entry.state !== "refused", entry.id];
  if (part("seen")) part("seen").hidden = !entry.stays;
  if (part("correct")) part("correct").hidden = !isCorrectable(entry) || !["saving", "here"].includes(entry.state);
  if (part("change")) part("change").hidden ||= !formOf(entry);
  return made;
}
