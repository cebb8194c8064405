// What a kept form says: its fields as they are sent, and in words. data-unit stands behind a value, data-says before all.
const OURS = ["csrfmiddlewaretoken", "tap_id", "once", "client_id", "drafts"];
const TYPED = "select, input:not([type=hidden], [type=checkbox])";

// Of the forms of a mark `kind` is the address, and of a dose an answer.
export function fieldsOf(form, button) {
  const fields = Object.fromEntries([...new FormData(form, button)].filter(([, value]) => value !== ""));
  const isHidden = form.querySelector("input[type=hidden][name=kind]") !== null;
  for (const name of [...OURS, ...(isHidden ? ["kind"] : [])]) delete fields[name];
  return fields;
}

function saidIn(field) {
  if (field.type === "radio") return field.closest("label")?.textContent;
  if (field.selectedOptions) return field.value && field.selectedOptions[0].textContent;
  return field.value && [field.value, field.dataset.unit].filter(Boolean).join(" ");
}

// A button with data-needs="name" is not for an empty field; data-needs-words says why.
export function lacks(form, { dataset }) {
  const field = form.elements[dataset.needs];
  if (!field || /[\p{L}\p{N}]/u.test(field.value)) return false;
  field.setCustomValidity(dataset.needsWords);
  field.reportValidity();
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
  return true;
}

export function wordsOf(form, button, kind) {
  const typed = [...form.querySelectorAll(TYPED)].filter((one) => one.type !== "radio" || one.checked);
  const said = typed.map(saidIn);
  const pressed = button?.dataset.words ?? button?.textContent.trim();
  if (kind === "scale") return [...new Set(pressed.split(/\s+/))].join(" ");
  return [form.dataset.says, button?.name ? pressed : "", ...said].map((each) => each?.trim()).filter(Boolean).join(", ") || pressed || kind;
}
