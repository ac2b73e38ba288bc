// Loaded before the program that is measured: notes its peak memory (kB) when it ends.
import { writeFileSync } from "node:fs";

process.on("exit", () => writeFileSync(process.env.SLIPWAY_BENCH_PEAK, String(process.resourceUsage().maxRSS)));
