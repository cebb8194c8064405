// Puts the figures of a change where its session stands: [data-session] [data-tile], in which
// [data-figure] is the value, [data-hour] when it was taken, [data-mark] the words of its level.
function one(parent, part, text) {
  const found = parent.querySelector(`[data-${part}]`);
  if (found && text !== undefined) found.textContent = text;
}

function tone(tile, level) {
  const mark = tile.querySelector("[data-tone]");
  mark?.classList.toggle("stop-text", level === "red");
  mark?.classList.toggle("caution-text", level !== "" && level !== "red");
  tile.dataset.level = level;
}

// True when the level is the one that stood there: then nothing else on the page has changed by it.
function set(tile, told) {
  if (Date.parse(tile.dataset.at) > Date.parse(told.at)) return true;
  one(tile, "figure", told.value);
  one(tile, "hour", told.hour);
  one(tile, "mark", told.mark);
  if (told.value !== undefined) tile.dataset.at = told.at;
  if (told.level === undefined) return true;
  const same = told.level === tile.dataset.level;
  tone(tile, told.level);
  return same;
}

export function put({ session, tiles = [] }) {
  let same = true;
  for (const root of document.querySelectorAll(`[data-session="${session}"]`)) {
    for (const told of tiles) {
      const tile = root.querySelector(`[data-tile="${told.id}"]`);
      // The floor shows only the first few signs.
      if (!tile && !root.hasAttribute("data-few")) same = false;
      else if (tile && !set(tile, told)) same = false;
    }
  }
  return same;
}
