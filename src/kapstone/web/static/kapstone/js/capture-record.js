// Listens for so many seconds at most, and gives what it heard. It stops by itself, also when the phone is put away:
// what was said until then is kept.
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const BITS = 32_000; // a voice, and little to send
const A_PART_MS = 1000;

// Throws where the microphone is refused or there is none; gives how to stop.
export async function record(longest, tick, done) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = KINDS.find((each) => MediaRecorder.isTypeSupported(each));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS });
  const parts = [], began = Date.now();
  const passed = () => Math.min(longest, (Date.now() - began) / 1000);
  const stop = () => recorder.state === "inactive" || recorder.stop();
  const hidden = () => document.hidden && stop();
  const clock = setInterval(() => { tick(longest - passed()); if (passed() >= longest) stop(); }, 200);
  let seconds = 0;
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.addEventListener("stop", async () => {
    seconds = Math.max(0.1, passed());
    clearInterval(clock);
    document.removeEventListener("visibilitychange", hidden);
    for (const track of stream.getTracks()) track.stop();
    done(await new Blob(parts).arrayBuffer(), seconds);
  });
  document.addEventListener("visibilitychange", hidden);
  recorder.start(A_PART_MS);
  tick(longest);
  return stop;
}
