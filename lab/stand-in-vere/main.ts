import { spawn } from "node:child_process";
import { basename, dirname } from "node:path";
import { parse, USAGE } from "./args.ts";
import { runKing } from "./king.ts";
import { complain, VERSION } from "./settings.ts";
import { runUtility, UTILITIES } from "./utilities.ts";
import { runWorker } from "./worker.ts";

/** Entry of the stand-in: a test double of the Urbit runtime, which says so in its --help and in its versions. */
async function main(argv: readonly string[]): Promise<void> {
  const [first = "", ...rest] = argv;
  if (first === "work" || first === "boot")
    return runWorker(rest[rest.indexOf("--snap-dir") + 1] ?? "", first === "boot");
  const utility = UTILITIES.find((name) => name === first);
  if (utility !== undefined) {
    process.exitCode = await runUtility(utility, rest);
    return;
  }
  if (argv.includes("-R") || argv.includes("--version") || argv.includes("--versions")) {
    process.stdout.write(`urbit ${VERSION}\nstand-in for tests: not the real runtime\n`);
    return;
  }
  const docked = basename(process.execPath) === ".run" ? [dirname(process.execPath)] : [];
  const parsed = parse(argv);
  if ("usage" in parsed || argv.includes("--help")) {
    if ("usage" in parsed && !argv.includes("--help")) process.stderr.write(`urbit: ${parsed.usage}\n`);
    process.stdout.write(USAGE);
    process.exit(1);
  }
  const { options } = parsed;
  const chosen =
    options.pier === null && options.create === null && docked.length > 0
      ? { ...options, pier: docked[0] ?? null }
      : options;
  if (options.loom < 20 || options.loom > 34) {
    complain("error: --loom must be >= 20 and <= 34");
    process.exit(1);
  }
  if (options.daemon) return daemon(argv);
  await runKing(chosen);
}

/** `-d`: the parent returns once the ship is live, with the child's status if it ends before. */
function daemon(argv: readonly string[]): void {
  const child = spawn(process.execPath, ["-t", ...argv.filter((word) => word !== "-d" && word !== "--daemon")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout?.on("data", (part: Buffer) => {
    process.stdout.write(part);
    if (/pier \(\d+\): live/.test(part.toString())) {
      child.unref();
      child.stdout?.destroy();
      process.exit(0);
    }
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}

void main(process.argv.slice(2));
