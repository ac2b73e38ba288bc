import fc from "fast-check";
import { expect, test } from "vitest";
import { isDone, MARKS, mark } from "../../src/run/state.ts";
import { siteOf } from "./sites.ts";

test("a plan flattens to positions, with who waits for whom inside each phase", () => {
  const { graph } = siteOf([
    { id: "one", steps: [{ id: "a" }, { id: "b", needs: ["a"] }] },
    { id: "none", steps: [] },
    {
      id: "two",
      steps: [
        { id: "c", needs: ["a"] },
        { id: "d", needs: ["c", "b"] },
      ],
    },
  ]);
  expect(graph.steps.map((step) => step.id)).toEqual(["a", "b", "c", "d"]);
  expect(graph.phaseOf).toEqual([0, 0, 2, 2]);
  expect(graph.phases).toEqual([
    { first: 0, count: 2 },
    { first: 2, count: 0 },
    { first: 2, count: 2 },
  ]);
  // What an earlier phase made is there by then: nobody waits for it.
  expect(graph.needs).toEqual([[], [0], [], [2]]);
  expect(graph.dependents).toEqual([[1], [], [3], []]);
});

test("marking changes the marks named and no other", () => {
  const letters = Object.values(MARKS);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(29), { maxLength: 10 }),
      fc.constantFrom(...letters),
      (marks, wanted, letter) => {
        const indices = wanted.filter((index) => index < marks.length);
        const after = mark(marks.join(""), indices, letter);
        expect([...after]).toEqual(marks.map((before, index) => (indices.includes(index) ? letter : before)));
      },
    ),
  );
});

test("a step counts as done when it changed something and when there was nothing to change", () => {
  expect(Object.values(MARKS).filter(isDone)).toEqual([MARKS.done, MARKS.unchanged]);
});
