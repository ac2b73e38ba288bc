import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import formats from "ajv-formats";

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const file = new URL("../recorded/oscal-ar-1.1.2-schema.json", import.meta.url);
const valid = ajv.compile(JSON.parse(readFileSync(file, "utf8")));

/** What NIST's own schema has against a document of assessment results; empty when nothing. */
export function oscalErrors(document: unknown): readonly string[] {
  valid(document);
  return (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
