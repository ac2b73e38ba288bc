import { holds, line, type Measured } from "./measured.ts";

/** Each suite measures its claims against a floor or a peer in the same run; the longest come last. */
const SUITES: Readonly<Record<string, () => Promise<{ readonly bench: () => Promise<readonly Measured[]> }>>> = {
  read: () => import("./read.ts"),
  plan: () => import("./plan.ts"),
  agent: () => import("./agent.ts"),
  idle: () => import("./idle.ts"),
  launch: () => import("./launch.ts"),
  audit: () => import("./audit.ts"),
  converge: () => import("./converge/run.ts"),
  harden: () => import("./harden/run.ts"),
  strict: () => import("./harden/strict.ts"),
};

const names = process.argv.slice(2);
const unknown = names.find((name) => !(name in SUITES));
if (unknown !== undefined) {
  console.error(`there is no benchmark "${unknown}": ${Object.keys(SUITES).join(", ")}`);
  process.exit(2);
}

let missed = 0;
for (const [name, load] of Object.entries(SUITES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.log(`${name}`);
  const { bench } = await load();
  for (const item of await bench()) {
    console.log(line(item));
    if (!holds(item)) missed++;
  }
}
if (missed > 0) console.log(`${missed} goal(s) missed`);
process.exitCode = missed > 0 ? 1 : 0;
