import type { Acme } from "../../../plan/schema.ts";

/** Where nobody names another issuer. */
export const LETS_ENCRYPT: Acme = {
  directory: "https://acme-v02.api.letsencrypt.org/directory",
  roots: null,
  email: null,
};
