import { type Cued, cue, jam, type Noun } from "./noun.ts";

/** Frames of the control socket: a zero byte, the length as u32 with the low byte first, then that many bytes of jam. */
export const HEADER = 5;

export function frame(noun: Noun): Uint8Array {
  const body = jam(noun);
  const whole = new Uint8Array(HEADER + body.length);
  new DataView(whole.buffer).setUint32(1, body.length, true);
  whole.set(body, HEADER);
  return whole;
}

/** Reads one whole frame; bytes behind it are an error, since replies are asked for one at a time. */
export function unframe(bytes: Uint8Array): Cued {
  if (bytes.length < HEADER) return { bad: "truncated" };
  if (bytes[0] !== 0) return { bad: "malformed" };
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true);
  if (length === 0) return { bad: "malformed" };
  if (bytes.length < HEADER + length) return { bad: "truncated" };
  if (bytes.length > HEADER + length) return { bad: "malformed" };
  return cue(bytes.subarray(HEADER));
}
