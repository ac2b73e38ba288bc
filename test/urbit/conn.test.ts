import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  CODE_HOON,
  codeOf,
  evaluate,
  infoLeaf,
  isYes,
  ovum,
  parseReply,
  peek,
  peel,
  type Reply,
} from "../../src/urbit/conn.ts";
import { frame, HEADER, unframe } from "../../src/urbit/newt.ts";
import { list, type Noun, textOf, tuple } from "../../src/urbit/noun.ts";

interface Recorded {
  readonly name: string;
  readonly request_hex: string;
  readonly replies: readonly { readonly hex: string; readonly text: string }[];
}

/** Frames of a real vere 4.5, as they went over the wire. */
const recorded: readonly Recorded[] = JSON.parse(readFileSync(new URL("recorded/conn.json", import.meta.url), "utf8"));

function entry(name: string): Recorded {
  const found = recorded.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no recording ${name}`);
  return found;
}
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const replyOf = (name: string, rid: bigint): Reply =>
  parseReply(Buffer.from(entry(name).replies[0]?.hex ?? "", "hex"), rid);
const nounOf = (name: string, rid: bigint): Noun => {
  const reply = replyOf(name, rid);
  if (reply.kind !== "value") throw new Error(`${name}: ${JSON.stringify(reply)}`);
  return reply.noun;
};

describe("requests are the bytes a real ship was sent", () => {
  test.each<[string, Uint8Array]>([
    ["peel-live", peel(1001n, "live")],
    ["peel-who", peel(1003n, "who")],
    ["peel-v", peel(1004n, "v")],
    ["peel-info", peel(1005n, "info")],
    ["peel-port-http", peel(1010n, "port", "http")],
    ["peek-once-code", peek(1027n, "j", "code", "~zod")],
    ["peek-once-pikes", peek(1028n, "gx", "hood", "kiln", "pikes", "kiln-pikes")],
    ["fyrd-success", evaluate(1039n, "=/  m  (strand ,vase)\n(pure:m !>('success'))")],
    ["fyrd-code", evaluate(1041n, CODE_HOON)],
    ["ovum-pack", ovum(1106n, "d", ["test"], tuple("pack", 0n))],
  ])("%s", (name, bytes) => expect(hex(bytes)).toBe(entry(name).request_hex));
});

describe("replies of a real ship", () => {
  test("peels", async () => {
    expect(isYes(nounOf("peel-live", 1001n))).toBe(true);
    expect(nounOf("peel-who", 1003n)).toBe(0n);
    expect(textOf(nounOf("peel-v", 1004n))).toBe("4.5");
    expect(infoLeaf(nounOf("peel-info", 1005n), ["lord", "event"])).toBe(84n);
    expect(infoLeaf(nounOf("peel-info", 1005n), ["lord", "moat", "pending-inbound"])).toBe(0n);
    expect(infoLeaf(nounOf("peel-info", 1005n), ["lord", "nothing"])).toBeNull();
    expect(replyOf("peel-quic", 1006n).kind).toBe("value");
    expect(replyOf("peel-unknown", 1012n)).toEqual({ kind: "none" });
    expect(replyOf("peel-rid-zero", 0n)).toEqual({ kind: "value", noun: 0n });
  });

  test("scries, in both forms", () => {
    expect(nounOf("peek-0-cx-syskelvin", 1023n)).toEqual(tuple("zuse", 408n));
    expect(nounOf("peek-once-code", 1027n)).toBe(1522824430530867435n);
    expect(replyOf("peek-once-missing", 1032n)).toEqual({ kind: "none" });
    expect(replyOf("peek-bad-shape", 1037n)).toEqual({ kind: "none" });
  });

  test("threads", () => {
    expect(textOf(nounOf("fyrd-success", 1039n))).toBe("success");
    expect(textOf(nounOf("fyrd-helm-hi", 1058n))).toBe("success");
    expect(replyOf("fyrd-strand-fail", 1045n)).toMatchObject({ kind: "failed", why: expect.stringContaining("boom") });
    expect(replyOf("fyrd-strand-fail", 1045n)).toMatchObject({ why: expect.stringContaining("first line") });
    expect(replyOf("fyrd-syntax-error", 1048n)).toMatchObject({
      kind: "failed",
      why: expect.stringContaining("syntax error"),
    });
    expect(replyOf("fyrd-no-desk", 1053n)).toMatchObject({ kind: "failed", why: expect.stringContaining("exit") });
    expect(replyOf("fyrd-poke-nack", 1060n)).toMatchObject({
      kind: "failed",
      why: expect.stringContaining("poke-fail"),
    });
    expect(replyOf("ovum-pack", 1106n).kind).toBe("value");
  });

  test.each(["ovum-bad", "tag-unknown", "bad-jam", "zero-length", "wrong-version-byte"])(
    "%s is a refusal of the transport",
    (name) => {
      expect(replyOf(name, 77n).kind).toBe("failed");
    },
  );

  test("a reply to another request is not taken for ours", () => {
    expect(replyOf("peel-live", 5n)).toMatchObject({ kind: "unreadable" });
  });
});

describe("the login code", () => {
  const code = "lidlut-tabwed-pillex-ridrup";
  test("as a cord, as a number, as a tape, with or without sig", async () => {
    expect(await codeOf(nounOf("fyrd-code", 1041n))).toBe(code);
    expect(await codeOf(nounOf("fyrd-code-thread", 1042n))).toBe(code);
    const tape = list(...[...`~${code}`].map((char) => BigInt(char.charCodeAt(0))));
    expect(await codeOf(tape)).toBe(code);
  });
  test.each<Noun>([0n, 5n, tuple("a", "b"), 1n << 200n])("nothing else is", async (noun) => {
    expect(await codeOf(noun)).toBeNull();
  });
});

describe("frames", () => {
  test("a frame reads back", () => expect(unframe(frame(tuple(1n, "a")))).toEqual({ noun: tuple(1n, "a") }));
  test.each<[string, Uint8Array, string]>([
    ["a cut header", new Uint8Array(HEADER - 1), "truncated"],
    ["a cut body", frame(tuple(1n, "abcdef")).subarray(0, 8), "truncated"],
    ["another version byte", Uint8Array.from([1, 1, 0, 0, 0, 2]), "malformed"],
    ["zero length", Uint8Array.from([0, 0, 0, 0, 0]), "malformed"],
    ["bytes behind it", Uint8Array.from([...frame(1n), 9]), "malformed"],
  ])("%s", (_, bytes, bad) => expect(unframe(bytes)).toEqual({ bad }));
});
