// On every page: what waits out of a room is sent wherever its person is; the key and the kept pages go as soon as
// nobody, or somebody else, is logged in.
import { forget, forgetOthers, me } from "./room-seal.js";
import { all } from "./room-store.js";

const banner = document.querySelector("[data-entries]");
let refused = () => 0; // not waiting: they are listed
const many = (words, count) => words[count === 1 ? "one" : "many"].replace("{n}", count);

async function say() {
  const rows = (await all()).filter(({ done }) => !done);
  const mine = rows.filter((row) => row.me === me);
  if (banner) {
    const { mineOne, mineMany, othersOne, othersMany } = banner.dataset;
    const said = [[mine.length - refused(), { one: mineOne, many: mineMany }], [rows.length - mine.length, { one: othersOne, many: othersMany }]];
    banner.textContent = said.filter(([count]) => count).map(([count, words]) => many(words, count)).join(" ");
    banner.hidden = !banner.textContent || document.querySelector("[data-room]") !== null;
    for (const form of document.querySelectorAll('form[action$="/logout/"]')) {
      if (mine.length) form.dataset.confirm = banner.dataset.leave;
      else if (form.dataset.confirm === banner.dataset.leave) delete form.dataset.confirm;
    }
  }
  return mine.length;
}

async function begin() {
  if (!me || location.pathname === "/lock/") return forget();
  await forgetOthers();
  if (!await say()) return;
  await import("./room-sending.js");
  const { begun, count } = await import("./room-refused.js");
  await begun;
  refused = count;
  say();
}

document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (target.getAttribute("action")?.endsWith("/logout/") && !defaultPrevented) forget();
});
document.addEventListener("entries", ({ detail }) => (detail.tried || refused()) && say());
begin();
