// Every long text of a form, and each line with data-keep, is a draft: it gets a key of its own, and what was kept under it comes back when
// the page is opened again. A form that keeps its own draft says so with data-draft, and is left alone.
import { tell } from "./drafts.js";

const TEXTS = "main form[method=post] :is(textarea, [data-keep])[name]:not([data-draft])";
// What the record says may have changed since: over other words only a fresh draft is put.
const STALE_S = 3600;
// Not form.action: a button of that name hides it.
const pathOf = (form) => new URL(form.getAttribute("action") ?? "", location.href).pathname;
const keyOf = (field) => `${pathOf(field.form)}:${field.name}`.slice(0, 100);
// A refused form shows what was sent, which is newer than its draft.
const refused = performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;

async function bring(root) {
  const fields = [...root.querySelectorAll(TEXTS)];
  for (const field of fields) field.dataset.draft = keyOf(field);
  if (!fields.length || refused) return;
  const asked = new URLSearchParams(fields.map((field) => ["key", field.dataset.draft]));
  try {
    const answer = await fetch(`/drafts/?${asked}`, { headers: { "X-Poll": "1" }, redirect: "error" });
    const kept = await answer.json();
    for (const field of fields) {
      const { text, age_s: age } = kept[field.dataset.draft] ?? {};
      if (!text || field.value !== field.defaultValue || text === field.value) continue;
      if (field.value && age > STALE_S) continue;
      field.value = text;
      field.closest("details")?.setAttribute("open", "");
      field.dataset.kept = "";
      tell(field, "Your draft was kept. It is not sent yet.");
    }
  } catch {
    // Nothing comes back without a connection; what is typed now is kept when there is one.
  }
}

document.addEventListener("htmx:load", (event) => bring(event.target.parentNode ?? document));
bring(document);
