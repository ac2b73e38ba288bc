import type { Outcome } from "../../base/outcome.ts";
import { ok, transient } from "../../base/outcome.ts";
import type { Resource, ResourceRecord } from "../resources.ts";

export interface BatchAnswer {
  readonly records: readonly ResourceRecord[];
  /** Indexes of downloads the controller has to bring before the batch can be applied; nothing was changed then. */
  readonly bring: readonly number[];
  /** Seconds of the running countdown to the host's own undo, null without one. */
  readonly armedSeconds: number | null;
}

interface Raw {
  readonly head: string;
  readonly status: string;
  readonly fields: Record<string, string[]>;
}

/** Reads the answer of a batch. A missing end means the program was cut off: `answer-cut`, transient. */
export function parseBatch(stdout: string, marker: string, resources: readonly Resource[]): Outcome<BatchAnswer> {
  const { raws, notes } = split(stdout, marker);
  const bring = notes.find((note) => note.head === "bring");
  if (bring !== undefined) return ok({ records: [], bring: bring.words.map(Number), armedSeconds: null });
  const records = raws.flatMap((raw): ResourceRecord[] => {
    const resource = resources[Number(raw.head)];
    const status = statusOf(raw.status);
    if (resource === undefined || status === null) return [];
    return [{ id: resource.id, kind: resource.kind, status, ...described(raw) }];
  });
  const armed = notes.find((note) => note.head === "armed");
  const ended = notes.some((note) => note.head === "end");
  if (!ended || records.length !== resources.length) return cut(records.length, resources.length);
  return ok({ records, bring: [], armedSeconds: armed === undefined ? null : Number(armed.words[0]) });
}

/** Reads the answer of an undo: one record per change put back. */
export function parseUndo(stdout: string, marker: string): Outcome<readonly ResourceRecord[]> {
  const { raws, notes } = split(stdout, marker);
  if (!notes.some((note) => note.head === "end")) return cut(raws.length, null);
  return ok(
    raws.flatMap((raw): ResourceRecord[] => {
      const status = statusOf(raw.status);
      const kind = kindOf(text(raw, "k"));
      return raw.head !== "undo" || status === null || kind === null
        ? []
        : [{ id: text(raw, "i"), kind, status, ...described(raw) }];
    }),
  );
}

function split(stdout: string, marker: string) {
  const raws: Raw[] = [];
  const notes: { readonly head: string; readonly words: readonly string[] }[] = [];
  let current: Raw | undefined;
  for (const line of stdout.split("\n")) {
    if (line.startsWith(`${marker} `)) {
      const [head = "", ...words] = line.slice(marker.length + 1).split(" ");
      if (["end", "armed", "bring"].includes(head)) notes.push({ head, words });
      else {
        current = { head, status: words[0] ?? "", fields: {} };
        raws.push(current);
      }
    } else if (current !== undefined && line[1] === "|") {
      const letter = line.slice(0, 1);
      current.fields[letter] = [...(current.fields[letter] ?? []), line.slice(2)];
    }
  }
  return { raws, notes };
}

function text(raw: Raw, letter: string): string {
  return (raw.fields[letter] ?? []).join("\n");
}

function described(raw: Raw) {
  return { before: text(raw, "b"), after: text(raw, "a"), why: text(raw, "w") };
}

function statusOf(word: string): ResourceRecord["status"] | null {
  return word === "ok" || word === "changed" || word === "failed" ? word : null;
}

const KINDS: Readonly<Record<Resource["kind"], true>> = {
  package: true,
  user: true,
  directory: true,
  file: true,
  template: true,
  unit: true,
  sysctl: true,
  firewall: true,
  "firewall-rule": true,
  "firewall-limit": true,
  line: true,
  download: true,
  volume: true,
};

function kindOf(word: string): Resource["kind"] | null {
  return (Object.keys(KINDS) as Resource["kind"][]).find((kind) => kind === word) ?? null;
}

function cut(have: number, want: number | null) {
  return transient(
    "answer-cut",
    `The host's answer broke off after ${have}${want === null ? "" : ` of ${want}`} records.`,
    "Run it again: what is done already is found and left as it is.",
  );
}
