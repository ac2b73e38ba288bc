import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { EMPTY } from "../../src/brief/empty.ts";
import { FIELDS } from "../../src/brief/fields.ts";
import { type Interpreter, interpret, proposalLayer, proposalsOf, wireOf } from "../../src/brief/interpreter.ts";
import { merge, sentenceLayer } from "../../src/brief/merge.ts";
import { readSentence } from "../../src/brief/read.ts";
import type { Brief } from "../../src/brief/schema.ts";

const SENTENCE =
  "Deploy 5 ships on a VPS; the neighbours' kids, all 40 of them, will hop on, and losing more than a quarter of an hour would hurt";

let server: Server | null = null;
afterEach(() => void server?.close());

interface Request {
  readonly headers: IncomingMessage["headers"];
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly system?: string;
  };
}

/** An endpoint that answers every request with what it is told, and keeps the requests. */
async function endpoint(answer: { readonly status?: number; readonly body?: string; readonly silent?: boolean }) {
  const requests: Request[] = [];
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      requests.push({ headers: request.headers, body: JSON.parse(text) });
      if (answer.silent) return;
      response.writeHead(answer.status ?? 200, { "content-type": "application/json" }).end(answer.body ?? "");
    });
  });
  await new Promise<void>((ready) => server?.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1/chat/completions`, requests };
}

const chat = (text: string) => JSON.stringify({ choices: [{ message: { role: "assistant", content: text } }] });
const message = (text: string) => JSON.stringify({ content: [{ type: "text", text }], stop_reason: "end_turn" });
const fields = (...list: object[]) => JSON.stringify({ fields: list });

function at(url: string, more: Partial<Interpreter> = {}): Interpreter {
  return { url, model: "some-model", key: "sk-canary", timeoutMs: 2_000, wire: "openai", ...more };
}

function said(sentence: string): Brief {
  const read = readSentence(sentence);
  if (!read.ok) throw new Error(read.failure.what);
  return read.value;
}

const USERS = { field: "users", value: 40, quote: "all 40 of them" };

describe.each([
  ["openai", chat, "/v1/chat/completions"],
  ["anthropic", message, "/v1/messages"],
] as const)("an endpoint that speaks %s", (wire, wrap, path) => {
  test("may fill what the grammar left open, quoting the sentence", async () => {
    const { url, requests } = await endpoint({
      body: wrap(fields(USERS, { field: "slo.rpoMinutes", value: "15", quote: "a quarter of an hour" })),
    });
    const answer = await interpret(fetch, at(url, { wire }), SENTENCE, said(SENTENCE));
    if (!answer.ok) throw new Error(answer.failure.what);
    const brief = merge([sentenceLayer(said(SENTENCE)), proposalLayer(answer.value.proposals)]);
    expect(brief).toMatchObject({ ships: { count: 5 }, infrastructure: "vps", users: 40, slo: { rpoMinutes: 15 } });
    const source = brief.sources.find(({ field }) => field === "users");
    expect(source?.from).toBe("interpreter");
    expect(SENTENCE.slice(source?.start ?? 0, source?.end ?? 0)).toBe("all 40 of them");
    expect(requests[0]?.body.model).toBe("some-model");
    expect(requests[0]?.headers[wire === "openai" ? "authorization" : "x-api-key"]).toContain("sk-canary");
    expect(wireOf(`https://host${path}`)).toBe(wire);
  });

  test("is told only of fields that are open, and the request as a quoted string", async () => {
    const { url, requests } = await endpoint({ body: wrap(fields()) });
    await interpret(fetch, at(url, { wire }), SENTENCE, said(SENTENCE));
    const content = requests[0]?.body.messages.at(-1)?.content ?? "";
    expect(content).toContain("users:");
    expect(content).not.toContain("ships.count:");
    expect(content).not.toContain("compliance:");
    expect(content).toContain(JSON.stringify(SENTENCE));
  });
});

describe("what a model says is checked", () => {
  const open = FIELDS.filter(({ path }) => path !== "ships.count" && path !== "compliance");
  test.each<[string, object, string]>([
    ["words that are not in the sentence", { field: "users", value: 40, quote: "forty kids" }, "not in the sentence"],
    ["no words at all", { field: "users", value: 40 }, "not in the sentence"],
    ["a field that was read already", { field: "ships.count", value: 9, quote: "5 ships" }, "not a field that is open"],
    [
      "a fact only a person states",
      { field: "compliance", value: ["hipaa"], quote: "Deploy" },
      "not a field that is open",
    ],
    ["a field there is not", { field: "shell", value: "rm -rf /", quote: "Deploy" }, "not a field that is open"],
    ["a value of another kind", { field: "users", value: "many", quote: "40" }, "not a whole number"],
    ["a word of no vocabulary", { field: "priority", value: "fame", quote: "hop on" }, "none of speed"],
    ["no value", { field: "priority", value: null, quote: "hop on" }, "no value"],
    ["no object", 7 as unknown as object, "not a field that is open"],
  ])("%s is not taken", (_, item, why) => {
    const answer = proposalsOf(fields(item), SENTENCE, open);
    expect(answer).toMatchObject({ ok: true, value: { proposals: [] } });
    expect(answer.ok && answer.value.refused[0]).toContain(why);
  });

  test("a field proposed twice is taken once", () => {
    const answer = proposalsOf(fields(USERS, { ...USERS, value: 41 }), SENTENCE, open);
    expect(answer.ok && answer.value.proposals.map(({ value }) => value)).toEqual([40]);
  });

  test("talk around the JSON does no harm", () => {
    const answer = proposalsOf(`Sure! Here it is:\n\`\`\`json\n${fields(USERS)}\n\`\`\``, SENTENCE, open);
    expect(answer.ok && answer.value.proposals).toHaveLength(1);
  });
});

describe("a bad day costs nothing but the proposals", () => {
  test.each<[string, Parameters<typeof endpoint>[0], string]>([
    ["refused at the door", { status: 401, body: "{}" }, "interpreter-refused"],
    ["an error of its own", { status: 500, body: "oops" }, "interpreter-refused"],
    ["not JSON", { body: "<html>" }, "interpreter-answer"],
    ["JSON of another shape", { body: "[]" }, "interpreter-answer"],
    [
      "a refusal",
      { body: JSON.stringify({ choices: [{ message: { content: "", refusal: "I cannot" } }] }) },
      "interpreter-answer",
    ],
    ["words instead of fields", { body: chat("I would deploy them on Kubernetes.") }, "interpreter-answer"],
    ["fields that are no list", { body: chat('{"fields": 3}') }, "interpreter-answer"],
    ["silence", { silent: true }, "interpreter-unreachable"],
  ])("%s", async (_, reply, code) => {
    const { url } = await endpoint(reply);
    const answer = await interpret(fetch, at(url, { timeoutMs: 300 }), SENTENCE, EMPTY);
    expect(answer).toMatchObject({ ok: false, failure: { code } });
    expect(JSON.stringify(answer)).not.toContain("sk-canary");
  });

  test("nobody listening", async () => {
    const answer = await interpret(fetch, at("http://127.0.0.1:9/v1/messages"), SENTENCE, EMPTY);
    expect(answer).toMatchObject({ ok: false, failure: { code: "interpreter-unreachable", kind: "transient" } });
  });
});
