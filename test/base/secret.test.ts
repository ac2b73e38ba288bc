import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { secret } from "../../src/base/secret.ts";

test("a secret gives itself away only by reveal()", () => {
  const key = secret("keyfile of ~zod", "canary-0wabc");
  expect(key.reveal()).toBe("canary-0wabc");
  const shown = [
    String(key),
    `${key}`,
    JSON.stringify({ key }),
    inspect({ a: [key] }, { depth: 9, showHidden: true }),
    format("%s %o %j", key, key, key),
  ];
  for (const text of shown) {
    expect(text).toContain("[secret]");
    expect(text).not.toContain("canary");
  }
  expect(JSON.stringify({ ...key })).not.toContain("canary");
});
