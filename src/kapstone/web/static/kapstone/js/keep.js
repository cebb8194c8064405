// Keeps this one questionnaire on the device; without it the answers wait all the same.
import { keepPage } from "./page-parts.js";
import { PAGES } from "./queue.js";

keepPage("sheet-worker.js", "/me/sheets/", PAGES, { headers: { "X-Poll": "1" } });
