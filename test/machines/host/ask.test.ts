import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shellQuote } from "../../../src/base/quote.ts";
import { compileAsk, parseAsk } from "../../../src/machines/host/ask.ts";
import type { Question } from "../../../src/machines/machine.ts";

function answers(questions: readonly Question[]) {
  const { program, marker } = compileAsk(questions);
  const stdout = execFileSync("sh", ["-s"], { input: program, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
  return parseAsk(stdout, marker, questions);
}

describe("questions to a host", () => {
  test("are answered each under its id, with its exit status", () => {
    expect(
      answers([
        { id: "both lines", command: "echo one; echo two" },
        { id: "nothing", command: "exit 3" },
        { id: "no such tool", command: "no-such-tool-here" },
        { id: "reads no input of ours", command: "cat" },
      ]),
    ).toEqual({
      "both lines": { exit: 0, text: "one\ntwo" },
      nothing: { exit: 3, text: "" },
      "no such tool": { exit: 127, text: "" },
      "reads no input of ours": { exit: 0, text: "" },
    });
  });

  test("give back any text, frames of ours included", () => {
    const line = fc.string({ unit: "grapheme-ascii" }).filter((text) => !/[\0\r\n]/.test(text));
    const { marker } = compileAsk([]);
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.constantFrom(`${marker} 0 0`, `${marker} end`, "|", ""))), (lines) => {
        const text = lines.join("\n").replace(/\n+$/, "");
        const answer = answers([{ id: "a", command: `printf '%s\\n' ${shellQuote(text)}` }]);
        expect(answer?.a).toEqual({ exit: 0, text });
      }),
      { numRuns: 40 },
    );
  });

  test("are null when the answer broke off", () => {
    const questions = [{ id: "a", command: "echo x" }];
    const { marker } = compileAsk(questions);
    for (const cut of ["", `${marker} 0 0\n|x\n`, `${marker} end\n`])
      expect(parseAsk(cut, marker, questions)).toBeNull();
  });
});
