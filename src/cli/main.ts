import { enableCompileCache } from "node:module";
import { runCli } from "./cli.ts";
import { EXIT } from "./exit.ts";
import { processIo } from "./io.ts";

// Compiled code is kept between starts: bin/ has done this before, but a worker is started without it.
enableCompileCache();

const io = processIo();
for (const stream of [process.stdout, process.stderr]) {
  // A reader that went away (`slipway … | head`) is no error of ours, nor is a terminal that was closed.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.done);
    if (error.code === "EIO") process.exit(EXIT.interrupted);
    throw error;
  });
}
runCli(process.argv.slice(2), io).then(
  (code) => {
    process.exitCode = code;
    // Whoever stops us does not wait for questions still open.
    if (code === EXIT.interrupted) process.exit();
  },
  (error: unknown) => {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    io.err(`error: a fault of Slipway's own: ${message}\n  next: report it; SLIPWAY_DEBUG=1 shows where it happened\n`);
    if (process.env.SLIPWAY_DEBUG) io.err(`${stack ?? ""}\n`);
    process.exitCode = 1;
  },
);
