// A questionnaire that goes on without a network: it shows one question or all, keeps each tap in the
// queue, and shows help at once for an answer that the server marked beforehand (data-risk).
import { add } from "./queue.js";
import { ahead, beside, following, given, idOf, inAddress, root, sheet } from "./sheet-given.js";
import { cover, show, shown } from "./sheet-show.js";
import { leave } from "./sheet-over.js";
import "./aloud.js";
import "./keep.js";
import "./answer-keys.js";

let after = null; // where help goes on to

function choose(form, value, risk) {
  const item = idOf(form);
  if (given.get(item) !== value) add({ sheet, item, value, risk });
  given.set(item, value);
  after = following(form);
  show(after, { push: true, focus: !risk });
  if (risk) cover("help");
}

function answer(form, submitter) {
  const button = submitter?.name === "value" ? submitter : null;
  const typed = button?.value ?? form.querySelector(".ask-number")?.value;
  if (typed) choose(form, Number(typed), button?.dataset.risk);
}

function reshape({ value }) {
  root.dataset.shape = value;
  document.cookie = `sheet_shape=${value}; path=/me/; max-age=31536000; SameSite=Lax`;
  show(shown() ?? ahead());
}

root.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  if (form.matches("[data-question]")) answer(form, event.submitter);
  else if (form.matches("[data-finish]")) add({ sheet, finish: true });
  else reshape(event.submitter);
});

function help(event) {
  event.preventDefault();
  after = shown();
  cover("help");
}

root.addEventListener("click", (event) => {
  if (event.target.closest("[data-help-open]")) return help(event);
  if (event.target.closest("[data-go-on]") && !leave()) show(after);
  const link = event.target.closest("a[data-to], a[data-back], a[data-next]");
  if (!link) return;
  event.preventDefault();
  const to = link.dataset.to && document.getElementById(`q-${link.dataset.to}`);
  show(to ?? beside(shown(), "back" in link.dataset ? -1 : 1), { push: true });
});

addEventListener("popstate", () => show(inAddress()));
show(inAddress(), { focus: false });
