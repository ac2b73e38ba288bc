import { shellQuote } from "../../../base/quote.ts";
import type { DownloadResource } from "../../resources.ts";
import { at, type Fragment, type Place } from "./fragment.ts";
import { placedFile } from "./placed.ts";

/** Where the controller puts a file before the batch that wants it; gone when the batch has ended. */
export function stagingPath(sha256: string): string {
  return `/var/lib/slipway/files/${sha256}`;
}

/** A file by digest: fetched by the host over HTTPS, or out of the staging place. */
export function compileDownload(resource: DownloadResource, place: Place): Fragment {
  const url = resource.url === null ? null : shellQuote(resource.url);
  const staged = shellQuote(at(place, stagingPath(resource.sha256)));
  const source = url === null ? `cat ${staged}` : `if [ -f ${staged} ]; then cat ${staged}; else fetch ${url}; fi`;
  return placedFile(
    {
      ...resource,
      after: `${resource.mode} ${resource.owner}:${resource.group} sha256 ${resource.sha256.slice(0, 12)}`,
      source,
      literal: false,
    },
    place,
  );
}
