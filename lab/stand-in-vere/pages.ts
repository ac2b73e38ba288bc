import type { Reply } from "./http.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
};

/** An error page as the ship prints it. `code` is shown to its owner, and may be empty. */
export function errorPage(
  status: number,
  path: string,
  code: string | null,
  cookie: readonly (readonly [string, string])[],
): Reply {
  const title = TITLES[status] ?? "";
  const detail = code === null ? "" : `<code>${code}</code>`;
  const body = `<html><head><title>${status} ${title}</title></head><body><h1>${title}</h1><p>There was an error while handling the request for ${path}.</p>${detail}</body></html>`;
  return { status, headers: [...cookie, ["content-type", "text/html"]], body };
}

/** The login page. A real one has some 5 KB of style; what it says is the same. */
export function loginPage(status: number, wrong: boolean, cookie: readonly (readonly [string, string])[]): Reply {
  const said = wrong ? "<p>Key is incorrect</p>" : "";
  const body = `<html><head><meta charset="utf-8" /></head><body><!-- stand-in for tests --><form action="/~/login" method="post">${said}<input name="password" /></form></body></html>`;
  return { status, headers: [...cookie, ["content-type", "text/html"]], body };
}
