import fc from "fast-check";
import { expect, test } from "vitest";
import { tokenize } from "../../src/brief/tokens.ts";

test("one foreign letter in a sentence changes nothing for the rest of it", () => {
  const ascii = fc.string({ unit: fc.constantFrom(..."aZkS ~-.,'@/$%&2059\n\0".split("")), maxLength: 60 });
  fc.assert(
    fc.property(ascii, (text) => {
      expect(tokenize(`${text} é`).slice(0, -1)).toEqual(tokenize(`${text} `));
    }),
    { numRuns: 2_000 },
  );
});
