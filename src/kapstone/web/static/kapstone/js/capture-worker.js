// Stands between the page of first words and the network.
const PAGES = "captures";
const LONGEST_MS = 14 * 24 * 60 * 60 * 1000; // as long as a phone may send
importScripts("kept-copy.js");
