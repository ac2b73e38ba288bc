import { expect, test } from "vitest";
import { readSentence } from "../../src/brief/read.ts";
import { meant } from "../../src/brief/spell.ts";

test.each([
  ["kuberentes", "kubernetes"],
  ["kubernets", "kubernetes"],
  ["hetnzer", "hetzner"],
  ["gorundseg", "groundseg"],
  ["digitalocaen", "digitalocean"],
  ["plantes", "planets"],
  ["prodution", "production"],
  ["monitring", "monitoring"],
  ["bugdet", "budget"],
  ["sever", "server"],
  ["shps", "ships"],
])("%s is %s, misspelt", (text, word) => {
  expect(meant(text)).toBe(word);
});

test.each(
  "plane moth mouth lunch serve served contain response projection precision sips weed starts complaint feet forte mood urbit hello zebra".split(
    " ",
  ),
)("%s means itself", (text) => {
  expect(meant(text)).toBeNull();
});

test("what was read otherwise than written is said", () => {
  const read = readSentence("5 ships on kuberentes");
  expect(read.ok && read.value.assumptions).toContainEqual({
    field: "sentence",
    value: "kubernetes",
    because: '"kuberentes" was read as kubernetes',
  });
  expect(read.ok && read.value.sources.find(({ field }) => field === "infrastructure")).toMatchObject({
    start: 11,
    end: 21,
  });
});
