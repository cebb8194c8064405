// Stands between the sitter's page and the network.
const PAGES = "sitter";
const LONGEST_MS = 24 * 60 * 60 * 1000; // a link lasts hardly longer
importScripts("kept-copy.js");
