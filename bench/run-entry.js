"use strict";

const { launch } = require("../bin/launcher");

// Runs another entry module in the program's own way: node bench/run-entry.js bench/entries/empty-app.ts
void launch(process.argv[2], process.argv.slice(3));
