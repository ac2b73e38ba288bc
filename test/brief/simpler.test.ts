import { expect, test } from "vitest";
import { assume } from "../../src/brief/assume.ts";
import { readSentence } from "../../src/brief/read.ts";
import { simplerOf } from "../../src/brief/simpler.ts";
import { decide } from "../../src/decide/decide.ts";

/** The seed's "Do NOT use for simple tasks", and what is not simple after all. */
test.each<[string, string | null]>([
  ["I want to deploy my first Urbit planet on a VPS", "deploy-vps-planet"],
  ["One planet, I'm an expert and want maximum security", "deploy-planet"],
  ["~sampel-palnet on my own server", "deploy-planet"],
  ["Set up monitoring for my planet", "setup-monitoring"],
  ["I need monitoring", "setup-monitoring"],
  ["My planet won't boot", "troubleshoot-ship"],
  ["troubleshoot ~sampel-palnet", "troubleshoot-ship"],
  ["My ships are slow and occasionally crashing", null],
  ["12 ships on my own server in the basement", null],
  ["one planet with HIPAA compliance", null],
  ["one ship in dev, staging and production each", null],
  ["a planet on Kubernetes", null],
  ["I want to run a planet but I'm not sure how", null],
  ["Build a chat app and take it to production", null],
  ["Move my planet from DigitalOcean to my home server", null],
])("%s: %s", (sentence, command) => {
  const read = readSentence(sentence);
  if (!read.ok) throw new Error(read.failure.what);
  const brief = assume(read.value);
  expect(simplerOf(brief, decide(brief, { hosts: [] }).platform.choice)?.command ?? null).toBe(command);
});
