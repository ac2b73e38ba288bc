import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { epochFolder, paths, readHead, sizeOf, writeHead } from "./pier.ts";

/** Size of a snapshot right after a first boot and once the ship has run, as recorded. */
const FIRST_BYTES = 67_158_016;
const RUN_BYTES = 134_283_264;
/** Events after which a fresh ship's snapshot has its full size. */
const GROWN = 40;
const PAGE = 16_384;
const TITLE = "stand-in snapshot";

/** The snapshot in `.urb/chk`: the event it stands at, 0 when there is none. */
export interface Image {
  readonly event: number;
  readonly bytes: number;
}

/** Null for a file that was cut or overwritten. */
export function readImage(pier: string): Image | null {
  const file = paths(pier).image;
  const bytes = sizeOf(file);
  if (bytes === 0) return { event: 0, bytes };
  const head = readHead(file);
  const event = /^event (\d+)$/.exec(head[1] ?? "")?.[1];
  return head[0] === TITLE && event !== undefined && bytes % PAGE === 0 ? { event: Number(event), bytes } : null;
}

/** Writes the snapshot at `event`; its size stays unless the ship has grown or `bytes` says otherwise. */
export function saveImage(pier: string, event: number, bytes?: number): void {
  const now = sizeOf(paths(pier).image);
  const grown = now === FIRST_BYTES && event >= GROWN ? RUN_BYTES : now === 0 ? FIRST_BYTES : now;
  writeHead(paths(pier).image, [TITLE, `event ${event}`], bytes ?? grown);
}

/** A new epoch starts from a copy of the snapshot, a restored one from that copy. */
export function copyImage(pier: string, epoch: number, direction: "into-epoch" | "back"): void {
  const kept = join(epochFolder(pier, epoch), "image.bin");
  const [from, to] = direction === "into-epoch" ? [paths(pier).image, kept] : [kept, paths(pier).image];
  rmSync(to, { force: true });
  const head = readHead(from);
  if (head.length === 0) copyFileSync(from, to);
  else writeHead(to, head, sizeOf(from));
}
