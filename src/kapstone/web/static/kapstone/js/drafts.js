// Keeps what somebody is writing: a field with data-draft="key" is saved on the server as they write,
// and once more as they leave. Nothing of it stays in the browser's own storage.
const WAIT_MS = 1200;
const changed = new Map();

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

function tell(field, words) {
  const sign = document.querySelector(`[data-draft-sign="${CSS.escape(field.dataset.draft)}"]`);
  if (sign) sign.textContent = words;
}

async function save(field) {
  clearTimeout(changed.get(field));
  changed.delete(field);
  const body = new FormData();
  body.set("text", field.value);
  body.set("csrfmiddlewaretoken", token());
  try {
    // keepalive lets the request outlive the page that is being left.
    const answer = await fetch(`/drafts/${encodeURIComponent(field.dataset.draft)}/`, {
      method: "POST", body, keepalive: true,
    });
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
// What is being sent as a form needs no draft any more.
document.addEventListener("submit", (event) => {
  for (const [field, timer] of changed) {
    if (field.form !== event.target) continue;
    clearTimeout(timer);
    changed.delete(field);
  }
});
addEventListener("pagehide", () => { for (const field of [...changed.keys()]) save(field); });
