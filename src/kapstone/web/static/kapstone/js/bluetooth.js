// Hears a cuff, an oximeter or a belt beside the tablet, where the browser has Web Bluetooth. It hands the
// bytes over as they come: what they mean is worked out in one place, and nothing counts until it is taken.
const STREAMS = new Set([0x2a5f, 0x2a37]); // these tell every second
const EVERY_MS = 5_000;
const place = document.querySelector("[data-bluetooth]");
const sign = place?.querySelector("[role=status]");
const wanted = [...(place?.dataset.characteristics ?? "").matchAll(/(\w+):(\w+)/g)]
  .map(([, service, characteristic]) => [parseInt(service, 16), parseInt(characteristic, 16)]);
const services = [...new Set(wanted.map(([service]) => service))];
const last = new Map();
const say = (words) => { sign.textContent = words; };

function hexOf(view) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function hand(device, characteristic, bytes) {
  const stream = `${device.id} ${characteristic}`;
  if (STREAMS.has(characteristic) && Date.now() - (last.get(stream) ?? 0) < EVERY_MS) return;
  last.set(stream, Date.now());
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const id = hexOf(crypto.getRandomValues(new Uint8Array(16)));
  const body = { id, device: device.id, name: device.name ?? "", characteristic: characteristic.toString(16), bytes };
  try {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await fetch(place.dataset.bluetooth, { method: "POST", headers, body: JSON.stringify(body) });
    say(`${device.name ?? "The device"}: ${(await answer.json()).says}`);
  } catch {
    say("Not sent: no answer from the practice. Measure again, or type it in.");
  }
}

async function hear(device, server, [serviceId, characteristicId]) {
  try {
    const service = await server.getPrimaryService(serviceId);
    const characteristic = await service.getCharacteristic(characteristicId);
    characteristic.addEventListener("characteristicvaluechanged",
      ({ target }) => hand(device, characteristicId, hexOf(target.value)));
    await characteristic.startNotifications();
    return true;
  } catch { return false; /* this device has no such service */ }
}

async function pair() {
  try {
    const filters = services.map((service) => ({ services: [service] }));
    const device = await navigator.bluetooth.requestDevice({ filters, optionalServices: services });
    device.addEventListener("gattserverdisconnected", () => say(`${device.name ?? "The device"} is gone; connect it again.`));
    const server = await device.gatt.connect();
    const heard = await Promise.all(wanted.map((each) => hear(device, server, each)));
    say(heard.some(Boolean) ? `${device.name ?? "The device"} is connected.` : "This device tells nothing that is read here.");
  } catch (fault) {
    if (fault.name !== "NotFoundError") say("The device could not be connected. Is it on, and near?");
  }
}

if (place && navigator.bluetooth) place.hidden = false;
place?.querySelector("button").addEventListener("click", pair);
