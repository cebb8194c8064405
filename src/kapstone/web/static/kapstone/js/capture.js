// The page of first words: a minute to speak, or a few lines to write; kept on this phone first, then sent.
import "./capture-keep.js";
import { onDelete, show } from "./capture-list.js";
import { add, forgetOld } from "./capture-queue.js";
import { record } from "./capture-record.js";
import { send } from "./capture-send.js";

const RETRY_MS = 10_000;
const card = document.querySelector("[data-capture]");
const words = card.dataset;
const [speak, left, says, refusal, form] = ["[data-speak]", "[data-left]", "[data-says]", "[data-no-microphone]", "form"].map((each) => card.querySelector(each));
let stop = null;

const on = () => show().then(() => send(show)).then(show);

async function keep(kind, bytes, seconds) {
  await add(kind, bytes, seconds);
  says.textContent = `✓ ${words.wordsKept}`;
  on();
}

const rest = () => { [stop, left.hidden, speak.textContent] = [null, true, words.wordsSpeak]; };
const tick = (seconds) => { left.textContent = `${Math.ceil(seconds)} s`; };

function heard(bytes, seconds) {
  rest();
  if (bytes.byteLength) keep("spoken", bytes, seconds); else says.textContent = words.wordsNothing;
}

async function listen() {
  if (stop) return stop();
  speak.disabled = true;
  try {
    stop = await record(Number(words.longest), tick, heard);
    [left.hidden, speak.textContent, says.textContent] = [false, words.wordsStop, words.wordsListens];
  } catch { rest(); }
  refusal.hidden = stop !== null;
  speak.disabled = false;
}

function begin() {
  speak.hidden = false;
  speak.addEventListener("click", listen);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements.words.value.trim();
    if (!text) { says.textContent = words.wordsEmpty; return; }
    form.reset();
    keep("written", new TextEncoder().encode(text), null);
  });
  onDelete(on);
  for (const event of ["online", "pageshow"]) addEventListener(event, on);
  setInterval(on, RETRY_MS);
  forgetOld().then(on);
}

// Without https a browser seals nothing and hears nothing; the form still sends what is written.
if (globalThis.crypto?.subtle) begin();
