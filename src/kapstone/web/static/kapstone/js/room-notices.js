// Notices without a network: what was answered here stands under its notice with where it is; a crossing that this
// tablet found by itself has a card that is answered like one, until the server's own notice of it stands there.
import { crossings } from "./room-crossings.js";
import { entries, of } from "./room-entries.js";
import { line } from "./room-line.js";
import { way } from "./room-sending.js";
import { hour } from "./room-words.js";

const { room } = document.querySelector("[data-room]").dataset;
const here = document.getElementById("notices-here");
const all = (what, from = document) => [...from.querySelectorAll(what)];
const timeOf = ({ at_ms: at, skew_ms: skew }) => at + (skew ?? 0);
const given = ({ notice, reading, limit }) => of(room).filter(({ kind, state, fields }) => kind === "notice_answer" && state !== "refused"
  && (notice ? fields.notice === notice : fields.reading === reading && fields.limit === limit));
const overOf = (card) => given(card).filter(({ fields }) => fields.action === "close").map(timeOf)[0];
const isTyped = (card) => card.querySelector("[name=words]").value.trim() !== "";
const waits = ({ reading }) => ["saving", "here"].includes(entries.find(({ id }) => id === reading)?.state);

function paintCard(card) {
  const list = card.querySelector("[data-answers-here]");
  const lines = given(card.dataset).map((entry) => {
    const { words = "", action } = entry.fields;
    const did = list.dataset[action === "close" ? "closed" : "answered"];
    return line({ ...entry, words: [did, words].filter(Boolean).join(": ") }, "[data-line-small]");
  });
  if (list.innerHTML !== lines.map((each) => each.outerHTML).join("")) list.replaceChildren(...lines);
  card.querySelector("[data-answer]").hidden = overOf(card.dataset) !== undefined;
}

function make({ reading, limit, level, says, do: act, at }) {
  const html = document.querySelector("template[data-crossed]").innerHTML.replaceAll("{once}", `${reading}-${limit}`);
  here.insertAdjacentHTML("beforeend", html);
  const card = here.lastElementChild;
  const [part, { elements }] = [(name) => card.querySelector(`[data-${name}]`), card.querySelector("[data-answer]")];
  Object.assign(card.dataset, { reading, limit, level });
  [elements.reading.value, elements.limit.value] = [reading, limit];
  part("says").textContent = `${level === "red" ? "■" : "!"} ${says}`;
  [part("do").textContent, part("since-hour").textContent] = [act, hour(at)];
  for (const button of all("[name=action]", card)) button.dataset.words += says;
  card.querySelector("details").open = level === "red";
}

export function paint() {
  const known = all("#notices [data-notice]").map(({ dataset }) =>
    ({ limit: dataset.limit, level: dataset.level, at: Date.parse(dataset.opened), over: overOf(dataset) }));
  const cut = way.waits || !navigator.onLine;
  const found = cut ? crossings(known, overOf).filter(waits) : [];
  const cardOf = ({ reading, limit }) => all("[data-reading]", here).find(({ dataset }) => dataset.reading === reading && dataset.limit === limit);
  const due = found.map((each) => cardOf(each) ?? make(each) ?? cardOf(each));
  for (const card of all("[data-reading]", here)) if (!due.includes(card) && !isTyped(card)) card.remove();
  here.hidden = !here.children.length;
  for (const card of all("[data-notice]")) paintCard(card);
}
