// Keeps what somebody is writing: a field with data-draft="key" is saved on the server as they write,
// and once more as they leave. Nothing of it stays in the browser's own storage.
const WAIT_MS = 1200;
const changed = new Map();

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

function signOf(field) {
  const found = document.querySelector(`[data-draft-sign="${CSS.escape(field.dataset.draft)}"]`);
  if (found) return found;
  const sign = Object.assign(document.createElement("div"), { className: "help", role: "status" });
  sign.dataset.draftSign = field.dataset.draft;
  field.after(sign);
  return sign;
}

export function tell(field, words) {
  signOf(field).textContent = words;
}

async function save(field) {
  clearTimeout(changed.get(field));
  changed.delete(field);
  field.dataset.kept = "";
  const body = new FormData();
  body.set("key", field.dataset.draft);
  body.set("text", field.value);
  body.set("csrfmiddlewaretoken", token());
  try {
    // keepalive lets the request outlive the page that is being left; to be led elsewhere is no answer.
    const answer = await fetch("/drafts/", { method: "POST", body, keepalive: true, redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    tell(field, "Draft kept");
  } catch {
    tell(field, "Draft not kept yet");
    if (!changed.has(field)) later(field, 5 * WAIT_MS);
  }
}

function later(field, wait) {
  clearTimeout(changed.get(field));
  changed.set(field, setTimeout(() => save(field), wait));
}

document.addEventListener("input", (event) => {
  if (event.target.dataset?.draft) later(event.target, WAIT_MS);
});
// What is being sent as a form needs no draft any more: the form says which to drop once it is taken.
document.addEventListener("submit", ({ target: form }) => {
  for (const field of form.querySelectorAll("[data-draft]")) {
    clearTimeout(changed.get(field));
    changed.delete(field);
    if ("kept" in field.dataset) form.append(Object.assign(document.createElement("input"),
      { type: "hidden", name: "drafts", value: field.dataset.draft }));
  }
}, true);
addEventListener("pagehide", () => { for (const field of [...changed.keys()]) save(field); });
