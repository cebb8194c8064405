// Reads a question and its answers aloud, when asked to: only with a voice of this device, since another
// would send the words to whoever makes it. Off until it is pressed.
import { root } from "./sheet-given.js";

const button = root.querySelector("[data-aloud]");
const note = root.querySelector("[data-aloud-words]");
const speech = globalThis.speechSynthesis;
let shown = null;

function ownVoice() {
  const own = speech.getVoices().filter((voice) => voice.localService);
  return own.find((voice) => voice.lang.startsWith(root.dataset.lang)) ?? null;
}

function read(form) {
  speech.cancel();
  const voice = ownVoice();
  if (button.getAttribute("aria-pressed") !== "true" || !form || !voice) return;
  const answers = [...form.querySelectorAll(".ask-choice")].map((each) => each.textContent.trim());
  const said = new SpeechSynthesisUtterance([form.querySelector("h2").textContent, ...answers].join(". "));
  [said.voice, said.lang] = [voice, voice.lang];
  speech.speak(said);
}

if (speech) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true" && ownVoice() !== null;
    note.textContent = ownVoice() ? note.dataset.aloudWords : note.dataset.aloudNone;
    button.setAttribute("aria-pressed", String(on));
    read(on ? shown ?? root.querySelector("[data-question]:not([hidden])") : null);
  });
  document.addEventListener("asked", ({ detail }) => { shown = detail; read(detail); });
  addEventListener("pagehide", () => speech.cancel());
}
