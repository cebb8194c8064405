// How far the server's clock is ahead of this device's, in ms: measured whenever they talk, and remembered.
import { setThing, thing } from "./room-store.js";

let skew = null;
export const skewMs = () => skew;
export const now = () => Date.now() + (skew ?? 0);

// The server read its clock somewhere between the question and its answer.
export function heard(server, asked, answered) {
  skew = Math.round(server - (asked + answered) / 2);
  setThing("skew", skew);
}

// A page that the server has just sent tells its clock; a copy of one only that of this device.
export const ready = (async () => {
  const page = Date.parse(document.body.dataset.now) - Date.now();
  if ("keptAt" in document.body.dataset) skew ??= await thing("skew") ?? page;
  else await setThing("skew", skew ??= page);
})();
