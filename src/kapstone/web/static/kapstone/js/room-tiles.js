// The figures on top with what was entered here and is not on the server's board yet, compared with the limits.
import { compare, figures } from "./comparer.js";
import { taken } from "./room-own.js";
import { hour, isPressure, shown, signs } from "./room-words.js";

const room = document.querySelector("[data-room]");
const before = new Map(); // tiles that were painted over, as the server had them

function paintTile(tile, group, readings, crossed) {
  const newest = figures(readings, group[0]).at(-1);
  const reading = readings.findLast(({ at, signs: taken }) => at === newest?.at && group[0] in taken);
  if (!reading?.mine) return;
  before.set(tile, [tile.innerHTML, tile.dataset.level, tile.dataset.at]);
  const found = crossed.find(({ sign }) => group.includes(sign));
  tile.dataset.level = found?.level ?? "";
  const mark = tile.querySelector("[data-mark]");
  mark.textContent = found ? room.dataset[found.level] : "";
  mark.className = found?.level === "red" ? "stop-text" : "caution-text";
  const unit = signs[group[0]].unit === "%" && !tile.querySelector(".unit") ? "%" : "";
  tile.querySelector("[data-figure]").textContent = shown(group[0], reading.signs) + unit;
  tile.querySelector("[data-hour]").textContent = `${hour(reading.at)} · ${room.dataset.local}`;
  tile.querySelector("[data-tile-says]").textContent = found ? `${found.says}. ${found.do}` : "";
}

function tileOf(name) {
  const there = document.querySelector(`[data-tile="${name}"]`);
  if (there) return there;
  const tile = document.querySelector("[data-tile]").cloneNode(true);
  tile.dataset.tile = name;
  tile.querySelector("[data-tile-label]").textContent = signs[name].short;
  document.querySelector("[data-tile]").parentNode.append(tile);
  return tile;
}

function restore() {
  for (const [tile, [html, level, at]] of before) {
    if (tile.dataset.at !== at) continue; // a newer figure has come from the server meanwhile
    tile.innerHTML = html;
    tile.dataset.level = level ?? "";
  }
  before.clear();
}

export function paint() {
  restore();
  const { readings, setting } = taken();
  const mine = readings.filter((each) => each.mine);
  if (!mine.length) return;
  const crossed = compare(readings, setting);
  const names = new Set(mine.flatMap((each) => Object.keys(each.signs)).map((name) => (isPressure(name) ? "systolic_bp" : name)));
  for (const name of names) paintTile(tileOf(name), isPressure(name) ? ["systolic_bp", "diastolic_bp"] : [name], readings, crossed);
}
