"use strict";

// Loaded into each measured process. Writes its peak memory by the kernel's accounting, in KiB, to descriptor 3.
process.on("exit", () => require("node:fs").writeSync(3, `${process.resourceUsage().maxRSS}\n`));
