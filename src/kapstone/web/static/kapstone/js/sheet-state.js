// Says whether the answers have reached the practice: saved, sending, or waiting for the network.
import { isFleeting, kept } from "./queue.js";
import { root } from "./sheet-given.js";

const sign = root.querySelector("[data-state]");
const many = (words, count) => (count === 1 ? words.one : words.many.replace("{n}", count));

function wordsFor(waiting, { said, waits, door }) {
  if (door) return sign.dataset.door;
  if (waits && isFleeting()) return sign.dataset.memory;
  if (waiting && waits) return many(sign.dataset, waiting);
  if (waiting) return sign.dataset.sending;
  return said ? sign.dataset.saved : "";
}

function refusals({ refused, finish_refused: finish }) {
  const why = [...new Set([...Object.values(refused), finish])].filter(Boolean).join(" ");
  const box = root.querySelector("[data-refused]");
  [box.hidden, box.textContent] = [!why, why];
}

// Whether an answer about risk is among these that the practice did not keep. It writes ids with dashes.
const bare = (id) => id.replaceAll("-", "");
export function losesRisk({ batch = [], said }) {
  const there = new Set((said?.kept ?? []).map(bare));
  return batch.some((tap) => tap.risk && !there.has(bare(tap.id)));
}

let lost = false; // what became of the last answer about risk

// What help says of the practice is true only once the practice has the answer.
function tellOfRisk(detail, unheard) {
  if (detail.batch?.some((tap) => tap.risk)) lost = losesRisk(detail);
  const now = (unheard && "not-told") || (lost && "lost") || "told";
  for (const name of ["told", "not-told", "lost"]) root.querySelector(`[data-${name}]`).hidden = name !== now;
}

function tell(detail) {
  const { taps } = kept();
  const waiting = taps.filter((tap) => tap.item).length;
  sign.textContent = wordsFor(waiting, detail);
  sign.dataset.level = detail.waits && waiting ? "caution" : "";
  tellOfRisk(detail, taps.some((tap) => tap.risk));
  if (detail.said) refusals(detail.said);
}

document.addEventListener("answers", ({ detail }) => tell(detail));
tell({ waits: true });
