import { sha256 } from "../../../base/canonical.ts";
import { shellQuote } from "../../../base/quote.ts";
import type { FileResource } from "../../resources.ts";
import type { Fragment, Place } from "./fragment.ts";
import { placedFile } from "./placed.ts";

/** A whole file; in a dry run `why` carries the unified diff unless the file there is private. */
export function compileFile(resource: Omit<FileResource, "kind">, place: Place): Fragment {
  const digest = sha256(resource.content);
  return placedFile(
    {
      ...resource,
      sha256: digest,
      after: `${resource.mode} ${resource.owner}:${resource.group} sha256 ${digest.slice(0, 12)}`,
      source: `printf %s ${shellQuote(resource.content)}`,
      literal: true,
    },
    place,
  );
}
