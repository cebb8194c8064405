// What the room knows of its signs and limits (two JSON parts of its page), and figures in words.
const json = (id) => JSON.parse(document.getElementById(id).textContent);
export const { limits, signs } = json("room-limits");
export const facts = () => json("room-facts");
const { zone } = document.querySelector("[data-room]").dataset;
const clock = { hour: "2-digit", minute: "2-digit", timeZone: zone };
const [hours, seconds] = [clock, { ...clock, second: "2-digit" }].map((how) => new Intl.DateTimeFormat("en-GB", how));
export const hour = (ms) => hours.format(new Date(ms));
export const second = (ms) => seconds.format(new Date(ms));

const number = (value) => String(Number(value.toPrecision(4)));
const PRESSURE = ["systolic_bp", "diastolic_bp"];
const pair = (taken) => PRESSURE.map((name) => (name in taken ? number(taken[name]) : "?")).join("/");
export const isPressure = (sign) => PRESSURE.includes(sign);
export const shown = (sign, taken) => (isPressure(sign) ? pair(taken) : number(taken[sign]));

// `152/94, Heart 88`: a reading in one line, as the server says it.
export function figure(taken) {
  const others = Object.keys(signs).filter((name) => name in taken && !isPressure(name));
  const said = others.map((name) => `${signs[name].short} ${number(taken[name])}${signs[name].unit === "%" ? " %" : ""}`);
  return [...(PRESSURE.some((name) => name in taken) ? [pair(taken)] : []), ...said].join(", ");
}

const outside = (value, [least, most]) => value < least || value > most;

// Whether a figure is one that nobody can have: the server takes it for nobody's reading.
export const impossible = (taken) => Object.entries(taken).some(([name, value]) => outside(value, signs[name].possible));

// What looks like a slip of the typing: the signs, and a sentence.
export function unlikely(taken) {
  const found = Object.entries(taken).filter(([name, value]) => outside(value, signs[name].plausible)).map(([name, value]) => {
    const { label, unit, plausible: [least, most] } = signs[name];
    return [[name], `${label}: ${value} ${unit} is not between ${least} and ${most}.`];
  });
  const { systolic_bp: high, diastolic_bp: low } = taken;
  if (low >= high) found.push([PRESSURE, `Diastolic ${low} is not below systolic ${high}. Swapped?`]);
  return found;
}
