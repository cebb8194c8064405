// Recorded readings beside the practice's limits, as monitoring/watch.py says it (one set of cases tries both). It
// shows; the server judges. A setting: { limits, signs, resting, started (ms), at_home }. A reading: { at (ms), signs }.
const short = (number) => String(Number(Number(number).toPrecision(6)));
export const figures = (readings, sign) => readings.filter((each) => sign in each.signs)
  .map(({ at, signs }) => ({ at, value: signs[sign] })).sort((one, other) => one.at - other.at);

function boundsOf(limit, level, atHome) {
  if (level === "yellow") return limit.yellow;
  return (atHome && limit.red_at_home) || limit.red;
}

function absolute(bounds, value, level) {
  const { above, at_least: least, below, at_most: most } = bounds;
  const found = { above: value > above, at_least: value >= least, below: value < below, at_most: value <= most };
  const said = (name) => `${level === "red" ? "limit" : "watch"} ${bounds[name]}`;
  return Object.keys(found).filter((name) => name in bounds && found[name]).map(said);
}

function relative(bounds, value, rest) {
  if (rest === undefined) return [];
  const moved = ("rise" in bounds && value - rest >= bounds.rise) || ("fall" in bounds && rest - value >= bounds.fall);
  const way = value > rest ? "up" : "down";
  return moved ? [`${way} ${short(Math.abs(value - rest))} from ${short(rest)} at rest`] : [];
}

// A companion sign that was not recorded counts as high enough.
function together({ only_with: other }, readings) {
  const last = other && figures(readings, other.sign).at(-1);
  return !last || last.value >= other.at_least;
}

function crosses(limit, level, figure, readings, setting) {
  const bounds = boundsOf(limit, level, setting.at_home);
  if (!bounds || ("after_min" in bounds && figure.at - setting.started < bounds.after_min * 60_000)) return "";
  const said = [...absolute(bounds, figure.value, level), ...relative(bounds, figure.value, setting.resting[limit.sign])];
  if (!said.length || (level === "yellow" && !together(limit, readings))) return "";
  const { label, unit } = setting.signs[limit.sign];
  return `${label} ${short(figure.value)} ${unit}: ${said.join("; ")}`;
}

function judge(limit, readings, setting) {
  const taken = figures(readings, limit.sign);
  const newest = taken.at(-1);
  const told = (level, figure) => crosses(limit, level, figure, readings, setting);
  const level = newest && ["red", "yellow"].find((each) => told(each, newest));
  if (!level) return [];
  const last = taken.slice(-limit.readings);
  const levels = level === "yellow" ? ["yellow", "red"] : ["red"];
  const confirmed = last.length === limit.readings && last.every((figure) => levels.some((each) => told(each, figure)));
  const [atOnce] = limit.at_once ? absolute(limit.at_once, newest.value, "red") : [];
  const lasting = limit.lasting ? `; counts when it lasts ${limit.lasting}` : "";
  const says = told(level, newest) + (atOnce ? `; ${atOnce} at any time` : lasting) + (confirmed ? "" : "; take again to confirm");
  const act = (level === "red" && limit.do_red) || limit.do_yellow;
  return [{ limit: limit.id, sign: limit.sign, level, confirmed, says, do: act }];
}

export function compare(readings, setting) {
  const found = setting.limits.flatMap((limit) => judge(limit, readings, setting));
  return found.sort((one, other) => (other.level === "red") - (one.level === "red"));
}
