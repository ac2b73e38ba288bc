import type { Duplex, Readable, Writable } from "node:stream";
import type { WebAnswer } from "../machine.ts";

/** Longest head of an answer we read; a ship's is a few hundred bytes. */
const HEAD_LIMIT = 16 * 1024;

export type ByteStream = Duplex | { readonly input: Writable; readonly output: Readable };

/**
 * Asks for one path again and again over one open connection, each time only when the answer before is read whole, and
 * takes the times on this machine's clock. Null as soon as an answer is not HTTP, or the connection ends early.
 */
export async function timeAnswers(
  stream: ByteStream,
  path: string,
  times: number,
): Promise<readonly WebAnswer[] | null> {
  const { input, output } = "input" in stream ? stream : { input: stream, output: stream };
  const answers: WebAnswer[] = [];
  const reader = readerOf(output);
  for (let round = 0; round < times; round += 1) {
    const began = performance.now();
    input.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: slipway\r\nConnection: keep-alive\r\n\r\n`);
    const status = await reader.answer();
    if (status === null) return null;
    answers.push({ status, ms: performance.now() - began });
  }
  return answers;
}

/** Reads one answer after the other out of a stream: the status of each, its body counted away. */
function readerOf(output: Readable) {
  let held = Buffer.alloc(0);
  let ended = false;
  let wake: () => void = () => undefined;
  output.on("data", (part: Buffer) => {
    held = Buffer.concat([held, part]);
    wake();
  });
  for (const event of ["end", "close", "error"] as const)
    output.on(event, () => {
      ended = true;
      wake();
    });
  const more = async (): Promise<boolean> => {
    if (ended) return false;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    return true;
  };
  return {
    answer: async (): Promise<number | null> => {
      let end = held.indexOf("\r\n\r\n");
      while (end < 0) {
        if (held.length > HEAD_LIMIT || !(await more())) return null;
        end = held.indexOf("\r\n\r\n");
      }
      const head = held.subarray(0, end).toString("latin1");
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? Number.NaN);
      if (Number.isNaN(status)) return null;
      let last = -1;
      while (last < 0) {
        last = bodyEnd(held, end + 4, head);
        if (last < 0 && !(await more())) return null;
      }
      held = held.subarray(last);
      return status;
    },
  };
}

const LAST_CHUNK = "0\r\n\r\n";

/** Where the body that begins at `from` ends; -1 while it is not whole. */
function bodyEnd(held: Buffer, from: number, head: string): number {
  if (/^transfer-encoding: *chunked/im.test(head)) {
    const at = held.indexOf(LAST_CHUNK, from);
    return at < 0 ? -1 : at + LAST_CHUNK.length;
  }
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  return held.length < from + length ? -1 : from + length;
}
