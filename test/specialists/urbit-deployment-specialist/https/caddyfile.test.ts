import { describe, expect, test } from "vitest";
import {
  caddyDropIn,
  frontCaddyfile,
  siteCaddyfile,
} from "../../../../src/specialists/urbit-deployment-specialist/https/caddyfile.ts";

const acme = { directory: "https://acme.example.net/directory", roots: null, email: null };
const ship = { name: "~zod", httpPort: 8080 };
const site = siteCaddyfile({ domain: "zod.example.org", ship, acme });

describe("a ship's site", () => {
  test("goes to the ship's own port on loopback, as it comes and for as long as it takes", () => {
    expect(site).toMatch(/^zod\.example\.org \{$/m);
    expect(site).toContain("reverse_proxy 127.0.0.1:8080 {\n\t\t\tflush_interval -1");
    expect(site).not.toMatch(/write_timeout|read_timeout|encode/);
  });

  test("speaks TLS 1.2 and 1.3 alone, and tells browsers to come back that way", () => {
    expect(site).toContain("protocols tls1.2 tls1.3");
    expect(site).toMatch(/header Strict-Transport-Security max-age=\d+/);
  });

  test("limits the login and nothing else", () => {
    const blocks = site.split(/\n\t(?=\S)/);
    const limiting = blocks.filter((block) => /max_size|Content-Length|slipway-login/.test(block));
    expect(limiting).toHaveLength(3);
    expect(limiting.filter((block) => !/@login|path \/~\/login/.test(block))).toEqual([]);
  });

  test("names who issues the certificate, and what that is known by where it has to be told", () => {
    expect(site).toContain("dir https://acme.example.net/directory\n\t\t}");
    const own = siteCaddyfile({
      domain: "zod.example.org",
      ship,
      acme: { ...acme, email: "ops@example.org", roots: "-----BEGIN CERTIFICATE-----" },
    });
    expect(own).toContain("email ops@example.org\n\t\t\ttrusted_roots /etc/caddy/slipway/acme-roots.pem");
  });
});

describe("Caddy itself", () => {
  test("takes orders from its own user and root alone, and opens no UDP port", () => {
    expect(frontCaddyfile()).toContain("admin unix//run/slipway-https/admin.sock");
    expect(frontCaddyfile()).toContain("protocols h1 h2");
    expect(caddyDropIn()).toContain("RuntimeDirectoryMode=0700");
  });

  test("replaces the package's command and configuration, and may bind low ports and little else", () => {
    expect(caddyDropIn()).toMatch(
      /ExecStart=\nExecStart=\/usr\/bin\/caddy run --config \/etc\/caddy\/slipway\/Caddyfile/,
    );
    expect(caddyDropIn()).toContain("CapabilityBoundingSet=CAP_NET_BIND_SERVICE");
    expect(caddyDropIn()).toContain("ProtectSystem=strict");
  });
});
