#!/usr/bin/env node
"use strict";

const { launch } = require("./launcher");

void launch("cli/program.ts", process.argv.slice(2));
