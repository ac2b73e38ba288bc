import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "../../base/files.ts";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/**
 * The key the engine signs its requests to the worker with (Ed25519, PKCS#8 PEM, 0600), made on first use. Returns the
 * public half as Restate spells it: `publickeyv1_` and the raw key in base 58.
 */
export async function engineIdentity(pemFile: string): Promise<string> {
  let pem: string;
  try {
    pem = await readFile(pemFile, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    await writeFileAtomic(pemFile, pem);
  }
  // The last 32 bytes of an Ed25519 SubjectPublicKeyInfo are the key itself (RFC 8410).
  const spki = createPublicKey(pem).export({ type: "spki", format: "der" });
  return `publickeyv1_${base58(spki.subarray(-32))}`;
}

function base58(bytes: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  while (value > 0n) {
    text = (ALPHABET[Number(value % 58n)] ?? "") + text;
    value /= 58n;
  }
  for (const byte of bytes) {
    if (byte !== 0) break;
    text = `1${text}`;
  }
  return text;
}
