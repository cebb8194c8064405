// What every page does when scripts run; without them each form still works.
import "./idle.js";
import "./drafts.js";
import "./kept.js";
import "./clocks.js";
import "./stale.js";
import "./live.js";
import "./confirm.js";
import "./checked.js";
import "./leave.js";
import "./offline.js";
import "./keypad.js";
import "./sending.js";
import "./bluetooth.js";
import "./room-door.js";
