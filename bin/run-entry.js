"use strict";

const { launch } = require("./launcher");

// Runs another entry module in the program's own way: node bin/run-entry.js bench/entries/empty-app.ts
void launch(process.argv[2], process.argv.slice(3));
