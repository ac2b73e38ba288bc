#!/usr/bin/env node
// A published package holds compiled code; a checkout runs its TypeScript under the Node it brought along.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const compiled = path("../dist/cli/main.js");
const source = path("../src/cli/main.ts");
const [major = 0] = process.versions.node.split(".").map(Number);

const checkout = existsSync(source);
const program = checkout ? source : compiled;

if (major >= 24) {
  // Before the first import: what is compiled now is kept for the next start, the greater part of a cold one.
  const { enableCompileCache, registerHooks } = await import("node:module");
  enableCompileCache();
  // Our own imports name their files exactly: nothing has to be looked for. A tenth of a cold start.
  const ours = new URL(checkout ? "../src/" : "../dist/", import.meta.url).href;
  const format = checkout ? "module-typescript" : "module";
  registerHooks({
    resolve: (name, context, next) =>
      /^\..*\.[jt]s$/.test(name) && context.parentURL?.startsWith(ours)
        ? { url: new URL(name, context.parentURL).href, format, shortCircuit: true }
        : next(name, context),
  });
  await import(program);
} else {
  const own = path("../node_modules/node/bin/node");
  if (!existsSync(own)) {
    console.error(
      `error: Slipway needs Node 24 or newer, this is ${process.versions.node}\n  next: install Node 24; in a checkout: npm install`,
    );
    process.exit(1);
  }
  const { spawn } = await import("node:child_process");
  const child = spawn(own, [source, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => child.kill(name));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}
