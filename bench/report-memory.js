"use strict";

// Loaded into each measured process: the kernel's own account of the most memory it held, in KiB, to descriptor 3.
process.on("exit", () => require("node:fs").writeSync(3, `${process.resourceUsage().maxRSS}\n`));
