// The crossings of readings taken here, each with what the server will do with it (readings.py, `tell`): an open notice
// of the same limit and level tells of it already, but for a figure further beyond red, which gets its own.
import { compare, figures } from "./comparer.js";
import { taken } from "./room-own.js";
import { limits } from "./room-words.js";

const LOW = ["below", "at_most", "fall"];
const last = (rows, sign) => figures(rows, sign).at(-1)?.value;

// The figure that an older notice told of may not be on this page any more: then it counts as worse.
function isWorse({ limit: id, sign }, told, readings) {
  const [value, before] = [last(readings, sign), last(readings.filter(({ at }) => at <= told.at), sign)];
  const { yellow } = limits.find((limit) => limit.id === id);
  return before === undefined || (LOW.some((name) => name in yellow) ? value < before : value > before);
}

// `known` are the notices of the page: { limit, level, at, over }, over when it was closed here. `overOf` says that of a new one.
export function crossings(known, overOf) {
  const { readings, setting } = taken();
  const cards = [...known].sort((one, other) => one.at - other.at);
  for (const { id, at } of readings.filter(({ mine }) => mine)) {
    const until = readings.filter((each) => each.at <= at);
    for (const crossed of compare(until, setting)) {
      const { limit, level } = crossed;
      const told = cards.findLast((card) => card.limit === limit && card.level === level && !(card.over <= at));
      if (told && !(level === "red" && isWorse(crossed, told, until))) continue;
      cards.push({ ...crossed, reading: id, at, over: overOf({ reading: id, limit }) });
    }
  }
  return cards.filter(({ reading }) => reading);
}
