import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import type { ConvergeRequest } from "../machine.ts";
import type { Resource } from "../resources.ts";
import { missingValues } from "./resources/template.ts";

const NAME = /^[a-z_][a-z0-9_.-]*\$?$/;
const MODE = /^0?[0-7]{3,4}$/;
const CIDR = /^[0-9a-fA-F.:]+(\/\d{1,3})?$/;

/** What is wrong with a batch before anything is sent; a mistake of whoever wrote the resources. */
export function validateBatch(
  request: Pick<ConvergeRequest, "batch" | "resources" | "revertAfterSeconds">,
): Outcome<null> {
  const wrong: string[] = [];
  if (!isBatchName(request.batch)) wrong.push(`batch "${request.batch}": lower-case letters, digits and dashes only`);
  const after = request.revertAfterSeconds;
  if (after !== null && !(Number.isInteger(after) && after >= 5))
    wrong.push("revertAfterSeconds: a whole number from 5 on");
  const seen = new Set<string>();
  for (const resource of request.resources) {
    if (resource.id === "" || /[\n\r\0]/.test(resource.id)) wrong.push("a resource's id is one line of text");
    if (seen.has(resource.id)) wrong.push(`${resource.id}: two resources have this id`);
    seen.add(resource.id);
    wrong.push(...problems(resource).map((problem) => `${resource.id}: ${problem}`));
  }
  if (wrong.length === 0) return ok(null);
  return configuration(
    "batch-invalid",
    `The batch ${request.batch} cannot be applied as it is written. Nothing was sent to the host.`,
    "Mend the resources named in the reason.",
    wrong.join("; "),
  );
}

export function isBatchName(batch: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,99}$/.test(batch);
}

function problems(resource: Resource): readonly string[] {
  const found: string[] = [];
  const need = (good: boolean, what: string) => {
    if (!good) found.push(what);
  };
  if ("path" in resource)
    need(isPath(resource.path), `path ${JSON.stringify(resource.path)} is not absolute and plain`);
  if ("mode" in resource) {
    need(MODE.test(resource.mode), `mode ${resource.mode} is not octal`);
    need(NAME.test(resource.owner) && NAME.test(resource.group), "owner and group are names");
  }
  switch (resource.kind) {
    case "package":
      need(/^[a-z0-9][a-z0-9+.-]+$/.test(resource.name), "not a package name");
      break;
    case "user":
      need(NAME.test(resource.name) && resource.name.length <= 32, "not a user name");
      need(
        isPath(resource.home) && isPath(resource.shell) && !`${resource.home}${resource.shell}`.includes(":"),
        "home and shell are absolute paths",
      );
      break;
    case "file":
      need(!resource.content.includes("\0"), "content holds a NUL byte");
      break;
    case "template": {
      const missing = missingValues(resource);
      need(missing.length === 0, `no value for ${missing.join(", ")}`);
      need(
        !`${resource.template}${Object.values(resource.values).join("")}`.includes("\0"),
        "content holds a NUL byte",
      );
      break;
    }
    case "unit":
      need(
        /^[A-Za-z0-9:_.\\@-]+\.(service|timer|socket|path|mount|target|slice)$/.test(resource.name),
        "not a unit name",
      );
      need(!resource.content.includes("\0"), "content holds a NUL byte");
      break;
    case "sysctl":
      need(/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(resource.key), "not a sysctl key");
      need(/^[^\n\0]+$/.test(resource.value), "value is one line");
      break;
    case "firewall-rule":
      need(Number.isInteger(resource.port) && resource.port > 0 && resource.port < 65536, "no such port");
      need(resource.from === null || CIDR.test(resource.from), "from is an address or a CIDR");
      need(/^[^"\\\n\0]{0,80}$/.test(resource.comment), "comment: up to 80 characters, no quotes or backslashes");
      break;
    case "firewall-limit":
      need(Number.isInteger(resource.port) && resource.port > 0 && resource.port < 65536, "no such port");
      need(resource.perMinute > 0 && resource.burst > 0, "perMinute and burst are whole numbers from 1 on");
      break;
    case "line":
      need(/^[^\n\0]+$/.test(resource.line), "line is one line");
      need(resource.match === null || /^[^\n\0]+$/.test(resource.match), "match is one line");
      break;
    case "download":
      need(/^[0-9a-f]{64}$/.test(resource.sha256), "sha256 is 64 lower-case hex digits");
      need(resource.url !== null || resource.localFile !== null, "neither url nor localFile");
      need(resource.url === null || /^https:\/\/[^\s]+$/.test(resource.url), "url is https");
      break;
    case "volume":
      need(resource.device === null || isPath(resource.device), "device is an absolute path");
      break;
    case "directory":
    case "firewall":
      break;
  }
  return found;
}

/** Absolute, without `..`, and free of what `sha256sum` and `stat` would print in another way. */
function isPath(path: string): boolean {
  return path.startsWith("/") && path !== "/" && !path.endsWith("/") && !/[\n\r\0\\]|\/\/|\/\.\.?(\/|$)/.test(path);
}
