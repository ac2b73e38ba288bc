import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Outcome, ok } from "../base/outcome.ts";
import type { Https } from "../plan/site.ts";
import { LETS_ENCRYPT } from "../specialists/urbit-deployment-specialist/https/acme.ts";
import { parsePoint } from "../urbit/point.ts";
import { type Input, type OptionSpec, usage } from "./command.ts";
import type { Io } from "./io.ts";

/** The names ships are served under, and who issues the certificates. */
export const HTTPS_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  domain: {
    type: "string",
    value: "[~SHIP=]NAME",
    multiple: true,
    about: "serve over HTTPS at this name; without ~SHIP= several ships stand below it (may be repeated)",
  },
  "acme-directory": { type: "string", value: "URL", about: "who issues certificates; default: Let's Encrypt" },
  "acme-root": { type: "string", value: "FILE", about: "PEM certificates that issuer is known by" },
  "acme-email": { type: "string", value: "ADDRESS", about: "whom the issuer tells of trouble" },
};

/** Null where no option asks for HTTPS. */
export async function httpsFrom(io: Io, input: Input): Promise<Outcome<Https | null>> {
  if (Object.keys(HTTPS_OPTIONS).every((name) => input.list(name).length === 0)) return ok(null);
  const { ACME_DIRECTORY, DOMAIN, EMAIL } = await import("../plan/schema.ts");
  let base: string | null = null;
  const named: Record<string, string> = {};
  for (const text of input.list("domain")) {
    const [first = "", second] = text.split("=");
    const name = (second ?? first).toLowerCase().replace(/\.$/, "");
    if (!DOMAIN.test(name)) return usage(`"${second ?? first}" is no domain`, "--domain ships.example.com");
    if (second === undefined && base !== null)
      return usage("--domain was given twice without a ship", `--domain ~SHIP=${name}`);
    if (second === undefined) base = name;
    else {
      const point = parsePoint(first);
      if (!point.ok) return point;
      named[point.value.name] = name;
    }
  }
  const directory = input.text("acme-directory") ?? LETS_ENCRYPT.directory;
  if (!ACME_DIRECTORY.test(directory))
    return usage(`"${directory}" is no directory of an ACME server`, "an https URL: --acme-directory https://…");
  const email = input.text("acme-email");
  if (email !== null && !EMAIL.test(email)) return usage(`"${email}" is no address`, "--acme-email ops@example.com");
  const roots = await rootsFrom(io, input.text("acme-root"));
  if (!roots.ok) return roots;
  return ok({ base, named, acme: { directory, email, roots: roots.value } });
}

/** The certificates of a PEM file and nothing else of it: it may hold a key as well, which belongs in no plan. */
async function rootsFrom(io: Io, file: string | null): Promise<Outcome<string | null>> {
  if (file === null) return ok(null);
  const text = await readFile(resolve(io.cwd, file), "utf8").catch(() => "");
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  try {
    if (found.length > 0) return ok(found.map((pem) => new X509Certificate(pem).toString()).join(""));
  } catch {
    // Not a certificate after all.
  }
  return usage(`${file} holds no certificate in PEM`, "--acme-root FILE, with the issuer's root");
}
