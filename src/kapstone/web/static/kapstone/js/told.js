// What devices tell now: <section data-told="7" hidden> with a list in it, a line for each device. A line is gone a
// minute after its device said anything, so that nothing old stands there as new. To take one is the offers' matter.
const GONE_MS = 60_000;
const ends = new WeakMap();

function leave(section, line) {
  line.remove();
  section.hidden = !section.querySelector("[data-device]");
}

function lineOf(section, { device }) {
  const found = section.querySelector(`[data-device="${device}"]`);
  if (found) return found;
  const line = section.querySelector("ul").appendChild(document.createElement("li"));
  line.dataset.device = device;
  line.append(document.createElement("b"), " ", document.createElement("span"));
  return line;
}

function say(section, told) {
  const line = lineOf(section, told);
  if (Date.parse(line.dataset.at) > Date.parse(told.at)) return;
  line.dataset.at = told.at;
  line.querySelector("b").textContent = told.words || section.dataset.look;
  line.querySelector("span").textContent = `${told.label} · ${told.hour}`;
  section.hidden = false;
  clearTimeout(ends.get(line));
  ends.set(line, setTimeout(leave, GONE_MS, section, line));
}

// True when the page offers something of this device to be taken already.
export function hear({ session, told }) {
  for (const section of document.querySelectorAll(`[data-told="${session}"]`)) say(section, told);
  return document.querySelector(`[data-offers-of="${session}"] [data-offer="${told.device}"]`) !== null;
}
