import { type Rule, rules } from "../phrases.ts";

const monitoring = (...patterns: string[]): readonly Rule[] =>
  patterns.map((pattern) => ({
    pattern,
    says: [
      ["verb", "monitor"],
      ["monitoring", true],
    ] as const,
  }));

/** What is to be done. `verb` is plain, `weakVerb` gives way to any other, `symptom` is a ship that is not well. */
export const VERBS: readonly Rule[] = [
  ...rules(
    "verb",
    "deploy",
    "deploy|deploys|deploying|redeploy",
    "launch|launching",
    "provision|provisioning",
    "spin|spinning|bring up",
    "boot|booting",
    "roll out",
  ),
  ...rules("weakVerb", "deploy", "host|hosting", "run|running", "set up", "setup", "install", "start"),
  ...rules("verb", "migrate", "migrate|migrating|migration", "move|moving", "transfer|transferring", "relocate"),
  ...rules(
    "verb",
    "optimize",
    "optimize|optimise|optimizing|optimization",
    "tune|tuning",
    "speed up",
    "performance problem(s)|issue(s)",
  ),
  ...rules(
    "verb",
    "troubleshoot",
    "troubleshoot|troubleshooting",
    "diagnose|diagnosing",
    "debug|debugging",
    "fix|fixing",
    "repair",
  ),
  ...rules(
    "symptom",
    "troubleshoot",
    "slow|slowly|sluggish",
    "crash|crashes|crashing|crashed",
    "broken",
    "stuck",
    "hang|hangs|hanging",
    "failing|fails",
    "out of memory",
    "is|are|went|goes down",
    "down again",
    "not working|responding|booting|starting",
    "wont boot|start",
    "doesnt boot|start|respond|work",
    "unreachable",
    "timing out",
    "lagging",
  ),
  ...monitoring(
    "set|setting up monitoring|alerts|alerting",
    "setup monitoring",
    "add monitoring|alerts|alerting",
    "monitor my|our|the|all|every",
    "configure monitoring|alerts|alerting",
    "watch over",
  ),
];
