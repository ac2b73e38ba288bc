import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { EXIT } from "../../src/cli/exit.ts";
import { ioDouble, promptsDouble } from "./doubles.ts";

const ASK = [
  "12 ships on my own servers with monitoring, no compliance requirements, $900 a month, in 4 weeks; I am an expert",
] as const;

/** Every file below a directory, with its bytes. */
function bytesBelow(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => [
      join(entry.parentPath, entry.name),
      readFileSync(join(entry.parentPath, entry.name), "base64"),
    ]),
  );
}

async function planJson(argv: readonly string[], doubles = ioDouble()) {
  const code = await runCli(["plan", ...argv, "--json"], doubles.io);
  return { code, ...doubles, json: JSON.parse(doubles.written.out) };
}

describe("plan --json", () => {
  test("never asks, whoever sits there", async () => {
    const prompts = promptsDouble([]);
    const { code } = await planJson(["I want to run Urbit but I'm not sure how"], ioDouble({ prompts }));
    expect(prompts.asked).toEqual([]);
    expect(code).toBe(EXIT.done);
  });

  test("leaves every byte of the state as it was", async () => {
    const doubles = ioDouble();
    mkdirSync(join(doubles.home, "state"), { recursive: true });
    writeFileSync(join(doubles.home, "state", "hosts.json"), "[]");
    const before = bytesBelow(doubles.home);
    await planJson([...ASK], doubles);
    expect(bytesBelow(doubles.home)).toEqual(before);
  });

  test("names the simpler command where there is one", async () => {
    const { json } = await planJson(["I want to deploy my first Urbit planet on a VPS"]);
    expect(json.hint).toMatchObject({ command: "deploy-vps-planet" });
    expect((await planJson([...ASK])).json.hint).toBeNull();
  });

  test("a date by its weekday counts from --today, and from nothing else", async () => {
    expect((await planJson(["3 ships by Friday", "--today", "2026-11-23"])).json.brief.timelineDays).toBe(4);
    expect((await planJson(["3 ships by Friday"])).json.brief.timelineDays).toBeNull();
  });

  test.each([
    [["3 ships", "--today", "tomorrow"], "usage"],
    [["3 ships", "--set", "cluster=3"], "no-such-field"],
    [["3 ships", "--set", "ships.count=lots"], "field-value"],
    [["3 ships", "--set", "ships.count"], "field-value"],
    [["3 ships", "--set", "ships=0"], "field-value"],
    [["3 ships on a VPS", "--set", "excluded=vps"], "contradiction"],
    [["--file", "no-such.yaml"], "usage"],
    [[""], "sentence-empty"],
    [[], "sentence-empty"],
  ])("%j is a wrong request: %s", async (argv, error) => {
    const { code, json } = await planJson(argv);
    expect(json.error.code).toBe(error);
    expect(code).toBe(EXIT.usage);
  });
});

describe("voices beside the sentence", () => {
  test("--set stands before --answers, that before --file, and that before the sentence", async () => {
    const doubles = ioDouble();
    writeFileSync(
      join(doubles.home, "b.yaml"),
      "ships: 6\nplatform: groundseg\nbudget: $400/month\nregions: Frankfurt\n",
    );
    writeFileSync(join(doubles.home, "a.yaml"), "goal: 8 ships\ninfrastructure: vps\n");
    const argv = [
      "5 ships on Kubernetes with monitoring",
      "--file",
      "b.yaml",
      "--answers",
      "a.yaml",
      "--set",
      "ships=9",
    ];
    const { json } = await planJson(argv, doubles);
    expect(json.brief).toMatchObject({
      ships: { count: 9 },
      infrastructure: "vps",
      budgetUsdPerMonth: 400,
      regions: ["eu-frankfurt"],
      monitoring: true,
    });
  });

  test("faults of a file name file and line", async () => {
    const doubles = ioDouble();
    writeFileSync(join(doubles.home, "b.yaml"), "ships: 6\nplatform: mainframe\n");
    const { code, json } = await planJson(["--file", "b.yaml"], doubles);
    expect(json.error.what).toContain("b.yaml:2: infrastructure");
    expect(code).toBe(EXIT.usage);
  });

  test("brief init writes a file that plan takes once it is filled in, and never over another", async () => {
    const doubles = ioDouble();
    expect(await runCli(["brief", "init", "fleet.yaml"], doubles.io)).toBe(EXIT.done);
    const path = join(doubles.home, "fleet.yaml");
    const text = readFileSync(path, "utf8");
    writeFileSync(
      path,
      text.replace("# ships.count: 12", "ships.count: 12").replace("# infrastructure: vps", "infrastructure: vps"),
    );
    expect(await runCli(["brief", "init", "fleet.yaml"], doubles.io)).toBe(EXIT.usage);
    doubles.written.out = "";
    const { json } = await planJson(["--file", "fleet.yaml"], doubles);
    expect(json.brief).toMatchObject({ ships: { count: 12 }, infrastructure: "vps" });
  });

  test("brief schema prints the JSON Schema", async () => {
    const { io, written } = ioDouble();
    expect(await runCli(["brief", "schema"], io)).toBe(EXIT.done);
    expect(JSON.parse(written.out)).toMatchObject({
      type: "object",
      properties: { ships: { type: "object" }, unread: { type: "array" } },
    });
  });
});

describe("at a terminal", () => {
  test("asks what matters, shows the sheet, and plans with the answers", async () => {
    const prompts = promptsDouble([
      "not-sure",
      "small",
      ["hipaa", "none"],
      ...Array.from({ length: 4 }, () => "not-sure"),
      "yes",
    ]);
    const { io, written } = ioDouble({ prompts });
    const questions = () => prompts.asked.filter(({ message }) => message.includes("asked because"));
    // However many of the last questions are asked, "not sure" answers them and the sheet is then found right.
    prompts.select = ((select) => async (message: string, options, initial) => {
      if (!message.startsWith("Decide with this?")) return select(message, options, initial);
      return "yes";
    })(prompts.select);
    expect(await runCli(["plan", "I want to run Urbit"], io)).toBe(EXIT.done);
    expect(questions().map(({ message }) => message.split("\n")[0])).toEqual(
      expect.arrayContaining(["What shall they run on?", "How many ships shall run?"]),
    );
    expect(written.out).toContain("led by managed-hosting-advisor");
    expect(written.out.match(/Understood:/g)).toHaveLength(1);
    expect(written.out).toMatch(/Carry it out: slipway launch "Deploy 8 ships|This version plans it/);
  });

  test("a line can be corrected before anything is decided", async () => {
    const prompts = promptsDouble(["line", "ships.count", "banana", "7", "yes"]);
    const { io, written } = ioDouble({ prompts });
    expect(await runCli(["plan", ...ASK], io)).toBe(EXIT.done);
    expect(written.out).toMatch(/ships\s+7 {2}← answer/);
  });

  test("nothing is asked with --no-ask", async () => {
    const prompts = promptsDouble([]);
    expect(await runCli(["plan", "I want to run Urbit", "--no-ask"], ioDouble({ prompts }).io)).toBe(EXIT.done);
    expect(prompts.asked).toEqual([]);
  });

  test.each([
    ["at a question", []],
    ["at the sheet", ["stop"]],
    ["while a line is chosen", ["line"]],
    ["while a line is typed", ["line", "ships.count"]],
  ])("Ctrl-C %s ends with 130 and leaves nothing", async (_, answers) => {
    const prompts = promptsDouble(answers);
    const doubles = ioDouble({ prompts });
    const sentence = answers.length === 0 ? "I want to run Urbit" : ASK[0];
    expect(await runCli(["plan", sentence], doubles.io)).toBe(EXIT.interrupted);
    expect(doubles.written.err).toBe("stopped; nothing was touched\n");
    expect(bytesBelow(doubles.home)).toEqual({});
  });
});

describe("a configured interpreter", () => {
  async function withEndpoint(reply: string, act: (env: Record<string, string>, asked: () => number) => Promise<void>) {
    let count = 0;
    const server = createServer((request, response) => {
      request.resume().on("end", () => {
        count += 1;
        response.end(reply);
      });
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
    try {
      await act({ SLIPWAY_INTERPRETER_URL: url, SLIPWAY_INTERPRETER_MODEL: "m" }, () => count);
    } finally {
      server.close();
    }
  }
  const sentence = "5 ships on a VPS, all forty of my neighbours will hop on";
  const reply = (fields: object[]) =>
    JSON.stringify({ choices: [{ message: { content: JSON.stringify({ fields }) } }] });

  test("fills what is open, marked as its own", async () => {
    await withEndpoint(
      reply([{ field: "users", value: 40, quote: "all forty of my neighbours" }]),
      async (env, asked) => {
        const { json } = await planJson([sentence], ioDouble({ env }));
        expect(asked()).toBe(1);
        expect(json.brief.users).toBe(40);
        expect(json.brief.sources).toContainEqual({ field: "users", from: "interpreter", start: 18, end: 44 });
      },
    );
  });

  test("its nonsense is told on the error output and changes nothing", async () => {
    await withEndpoint("<html>", async (env) => {
      const { json, written, code } = await planJson([sentence], ioDouble({ env }));
      expect(json.brief.users).toBeNull();
      expect(written.err).toContain("interpreter:");
      expect(code).toBe(EXIT.done);
    });
  });

  test("is not asked unless it is configured", async () => {
    const { json } = await planJson([sentence]);
    expect(json.brief.sources.some(({ from }: { from: string }) => from === "interpreter")).toBe(false);
  });
});
