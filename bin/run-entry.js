"use strict";

const { launch } = require("./launcher");

// Starts another entry module like the program: node bin/run-entry.js bench/entries/empty-app.ts
void launch(process.argv[2], process.argv.slice(3));
