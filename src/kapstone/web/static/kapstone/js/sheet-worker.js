// Stands between a questionnaire and the network.
const PAGES = "sheets";
const LONGEST_MS = 12 * 60 * 60 * 1000; // a log-in lasts no longer
importScripts("kept-copy.js");
