// Keeps the sitter's page on the phone.
import { keepPage } from "./page-parts.js";
import { PAGES } from "./sitter-kept.js";

keepPage("sitter-worker.js", "/h/", PAGES);
