import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { shellQuote } from "../../src/base/quote.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { Acme, ShipTarget } from "../../src/plan/schema.ts";
import { blackboxConfig } from "../../src/specialists/performance-engineer/monitoring/config.ts";
import type { StepContext } from "../../src/specialists/step.ts";
import { WEB } from "../../src/specialists/urbit-deployment-specialist/https/places.ts";
import { https } from "../../src/specialists/urbit-deployment-specialist/https/serve.ts";
import { CA, LIFETIME, pointName, startCa, sure as sureOf } from "./acme.ts";
import { applied, shipContext } from "./one-step.ts";
import { value } from "./outcomes.ts";
import { bodies, fingerprint, openSite, type Site, until } from "./site.ts";

/** A ship (a stand-in) behind Debian's Caddy, certificates of a real ACME server, looked at from another host. Root only. */
const PACKAGES = ["caddy", "pebble", "prometheus-blackbox-exporter"];
const [ALDER, BIRCH, CEDAR] = ["alder", "birch", "cedar"] as const;
const ADDRESS = { alder: "10.77.0.11", birch: "10.77.0.12", cedar: "10.77.0.13" } as const;
const ZOD = { name: "~zod", amesPort: 34_540, httpPort: 8080 } as const;
const DOMAIN = "zod.example.org";
const CODE = "lidlut-tabwed-pillex-ridrup";

let lab: Lab;
let site: Site;
let machine: Machine;
let roots: string;
/** Serial number of the certificate the launch brought. */
let first: string;
let before: Readonly<Record<string, string>>;

beforeAll(async () => {
  lab = await startLab({ hosts: 3, packages: PACKAGES });
  site = await openSite(lab);
  await site.own(ALDER);
  machine = hostMachine({ name: ALDER, address: ALDER }, { sshConfig: lab.sshConfig });
  // The package is there as if in a cache: what it started at installation is put down.
  for (const { name } of lab.hosts)
    sure(
      name,
      `systemctl -q disable --now caddy prometheus-blackbox-exporter; rm /etc/resolv.conf; echo nameserver ${ADDRESS.cedar} > /etc/resolv.conf`,
    );
  roots = `${startCa(lab, CEDAR, ADDRESS.cedar)}\n`;
  writeFileSync(join(site.desk, "roots.pem"), roots);
  for (const name of [BIRCH, CEDAR]) sure(name, `cat > /root/roots.pem <<'END'\n${roots}END`);
  before = await fingerprint(lab, ALDER);
}, 300_000);

afterAll(async () => {
  await machine?.close();
  await site?.down();
  await lab?.down();
}, 120_000);

const sure = (host: string, program: string) => sureOf(lab, host, program);
/** curl from another host, which trusts the lab's roots. */
const curl = (words: string, from: string = BIRCH) =>
  sure(from, `curl -sS --max-time 20 --cacert /root/roots.pem ${words}`);
const status = (words: string, from: string = BIRCH) => curl(`-o /dev/null -w '%{http_code}' ${words}`, from);
const serial = () =>
  sure(
    BIRCH,
    `openssl s_client -connect ${DOMAIN}:443 -servername ${DOMAIN} </dev/null 2>/dev/null | openssl x509 -noout -serial`,
  );

/** What a run would give the step for one ship of alder's. */
function contextOf(ship: Pick<ShipTarget, "name" | "domain">, acme: Partial<Acme> = {}): StepContext {
  const target: ShipTarget = {
    ...{ fake: true, environment: "production", host: ALDER, amesPort: 31_509, httpPort: 8109, loom: 31, keyRef: null },
    ...(ship.name === ZOD.name ? ZOD : {}),
    ...ship,
  };
  const address = `root@${ADDRESS.alder}`;
  return shipContext(machine, address, target, { directory: CA.directory, roots, email: null, ...acme });
}

describe("a ship under a name of its own", () => {
  test("is put there by its launch", async () => {
    pointName(lab, CEDAR, DOMAIN, ADDRESS.alder);
    const done = await site.slipway(
      ...["launch", `Deploy fake ~zod to production on my own server at ${DOMAIN}`, "--yes"],
      ...["--acme-directory", CA.directory, "--acme-root", join(site.desk, "roots.pem")],
    );
    expect(done.exit, `${done.out}${done.err}`).toBe(0);
    expect(done.out).toContain(`~zod is served at https://${DOMAIN}`);
    // The launch ends by visiting the name; this machine is outside of the lab, and says that it does not find it.
    const checks = bodies(site.evidence(), "step-done").find(({ step }) => step.endsWith("check-success"))?.checks;
    expect(checks?.find(({ check }) => check.includes("HTTPS with valid certificates"))?.detail).toMatch(
      new RegExp(`^not met: ~zod at https://${DOMAIN}`),
    );
    first = serial();
  }, 180_000);

  test("answers another host with a chain that leads to the root, and HTTP leads there", () => {
    expect(status(`https://${DOMAIN}/~/login`)).toBe("200");
    expect(curl(`-I https://${DOMAIN}/~/login`).toLowerCase()).toMatch(/strict-transport-security: max-age=\d{7,}/);
    const redirect = curl(`-I http://${DOMAIN}/apps?x=1`).toLowerCase();
    expect(redirect).toMatch(/^http\/1\.1 308/);
    expect(redirect).toContain(`location: https://${DOMAIN}/apps?x=1`);
  });

  test.each([
    ["-tls1", false],
    ["-tls1_1", false],
    ["-tls1_2", true],
    ["-tls1_3", true],
  ])("a handshake with %s is accepted: %s", (version, accepted) => {
    const said = lab.exec(
      BIRCH,
      `openssl s_client -connect ${DOMAIN}:443 -servername ${DOMAIN} ${version} -cipher DEFAULT@SECLEVEL=0 -CAfile /root/roots.pem </dev/null 2>&1`,
    ).stdout;
    expect(/Verify return code: 0/.test(said) && /Cipher is [A-Z]/.test(said.replace("Cipher is (NONE)", ""))).toBe(
      accepted,
    );
  });

  test("keeps its own web port on loopback and its Ames port open", () => {
    const direct = `timeout 2 bash -c '</dev/tcp/${ADDRESS.alder}/${ZOD.httpPort}' 2>/dev/null && echo open`;
    expect(lab.exec(BIRCH, direct).stdout).toBe("");
    expect(sure(ALDER, `ss -Hltn 'sport = :${ZOD.httpPort}' | awk '{ print $4 }'`)).toBe(`127.0.0.1:${ZOD.httpPort}`);
    expect(sure(ALDER, "nft list table inet slipway")).toContain(`udp dport ${ZOD.amesPort} accept`);
  });

  test("sends events through as they happen", () => {
    const channel = `https://${DOMAIN}/~/channel/lab-1`;
    const poke = (id: number) =>
      `curl -sS --max-time 20 --cacert /root/roots.pem -b /root/jar -X PUT ${channel} -d '[{"id":${id},"action":"poke","ship":"zod","app":"hood","mark":"helm-hi","json":"hi"}]'`;
    const seen = sure(
      BIRCH,
      `curl -sS --max-time 20 --cacert /root/roots.pem -c /root/jar -o /dev/null -d password=${CODE} https://${DOMAIN}/~/login
${poke(1)}
curl -sSN --max-time 30 --cacert /root/roots.pem -b /root/jar ${channel} > /root/events & stream=$!
for id in 2 3; do
  ${poke(0).replace('"id":0', `"id":'$id'`)}
  for try in $(seq 60); do grep -q '"id":'$id /root/events && kill -0 $stream && echo "event $id while the stream is open" && break; sleep 0.1; done
done
kill $stream`,
    );
    expect(seen.split("\n")).toEqual(["event 2 while the stream is open", "event 3 while the stream is open"]);
  });

  test("has its certificate's end measured from outside, by its name", () => {
    const metric = sure(
      BIRCH,
      `echo ${shellQuote(JSON.stringify(blackboxConfig()))} > /root/blackbox.yml
systemd-run -q --unit=blackbox prometheus-blackbox-exporter --config.file=/root/blackbox.yml --web.listen-address=127.0.0.1:9115
for try in $(seq 50); do curl -fsS 'http://127.0.0.1:9115/probe?module=certificate&target=${DOMAIN}:443' 2>/dev/null | grep '^probe_ssl_earliest_cert_expiry' && break; sleep 0.1; done`,
    );
    expect(Number(metric.split(" ")[1])).toBeGreaterThan(1.7e9);
  });

  test("is set up once: the second time nothing changes", async () => {
    const again = value(await applied(https, contextOf({ name: "~zod", domain: DOMAIN })));
    expect(again).toMatchObject({ kind: "done", unchanged: true });
    const checks = value(await https.check(contextOf({ name: "~zod", domain: DOMAIN })));
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
  });
});

describe("the login", () => {
  const login = `-d password=wrong https://${DOMAIN}/~/login`;

  test("takes no more than a login", () => {
    sure(BIRCH, "head -c 100000 /dev/zero | tr '\\0' x > /root/big");
    expect(status(`-d @/root/big https://${DOMAIN}/~/login`)).toBe("413");
    expect(status(`-X PUT -d @/root/big https://${DOMAIN}/~/channel/big`)).toBe("400");
  });

  test("waits after too many tries from one address, and nothing else does", () => {
    const tries = `for try in $(seq 80); do
  code=$(curl -sS --max-time 20 --cacert /root/roots.pem -o /dev/null -w '%{http_code}' ${login})
  echo $code; [ $code != 429 ] || break; sleep 0.1
done`;
    const answers = sure(BIRCH, tries).split("\n");
    expect(answers.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => "400"));
    expect(answers.at(-1)).toBe("429");
    expect(status(`https://${DOMAIN}/~/login`)).toBe("200");
    expect(status(`-b /root/jar https://${DOMAIN}/~/scry/hood/kiln/pikes.json`)).toBe("200");
    expect(status(login, CEDAR)).toBe("400");
  }, 60_000);
});

const nec = { name: "~nec", domain: "nec.example.org" } as const;
const pointed = (v4: string | null, v6: string | null = null) => pointName(lab, CEDAR, nec.domain, v4, v6);

/** Refuses what alder gets or sends, until it is taken away. */
const bar = (hook: "input" | "output", match: string) =>
  sure(
    ALDER,
    `nft add table inet lab; nft add chain inet lab bar '{ type filter hook ${hook} priority -10; }'; nft add rule inet lab bar ${match} reject with tcp reset`,
  );
const unbar = () => sure(ALDER, "nft delete table inet lab");

/** Why a second name is not served; nothing of it is left to go on asking. */
async function refusal(acme: Partial<Acme> = {}) {
  const outcome = await applied(https, contextOf(nec, acme));
  if (outcome.ok) throw new Error("it was served");
  const { kind, code, what, why } = outcome.failure;
  expect(sure(ALDER, `ls ${WEB.sites}`)).toBe("zod.caddy");
  return { kind, code, said: `${what}; ${why}` };
}

describe("what stands in the way has a name", () => {
  test("DNS does not know the name", async () => {
    pointed(null);
    expect(await refusal()).toMatchObject({ kind: "configuration", code: "dns-absent" });
  });

  test("the name points elsewhere, be it with one of its addresses", async () => {
    pointed("10.77.0.99");
    expect(await refusal()).toMatchObject({
      code: "dns-elsewhere",
      said: expect.stringContaining("nec.example.org points at 10.77.0.99, which is not alder (10.77.0.11)"),
    });
    pointed(ADDRESS.alder, "fd00::99");
    expect(await refusal()).toMatchObject({ code: "dns-elsewhere", said: expect.stringContaining("fd00::99") });
  });

  test("the issuer gets no proof, since the ports are closed to it", async () => {
    pointed(ADDRESS.alder);
    bar("input", `ip saddr ${ADDRESS.cedar} tcp dport '{ 80, 443 }'`);
    expect(await refusal()).toMatchObject({ kind: "configuration", code: "challenge-failed" });
    unbar();
  }, 60_000);

  test("the issuer itself is not trusted", async () => {
    expect(await refusal({ roots: null })).toMatchObject({ kind: "configuration", code: "ca-untrusted" });
  }, 60_000);

  test("the issuer has issued enough for now", async () => {
    expect(await refusal({ directory: CA.rateLimited })).toMatchObject({
      kind: "configuration",
      code: "ca-rate-limited",
      said: expect.stringContaining("too many certificates already issued"),
    });
  }, 60_000);
});

describe("the certificate", () => {
  /** Whether the one that is served has so many seconds to go. */
  const lasts = (seconds: number) =>
    lab.exec(
      ALDER,
      `openssl s_client -connect 127.0.0.1:443 -servername ${DOMAIN} </dev/null 2>/dev/null | openssl x509 -noout -checkend ${seconds}`,
    ).exit === 0;

  test("is renewed before it ends", async () => {
    // Caddy looks for certificates near their end every ten minutes, and at every start and reload: there were some.
    if (serial() === first) {
      await until(() => !lasts(LIFETIME / 4), "the last third of its life", 900);
      sure(ALDER, "systemctl restart caddy");
    }
    await until(() => serial() !== first && lasts(0), "another certificate", 300);
    expect(status(`https://${DOMAIN}/~/login`)).toBe("200");
  }, 120_000);

  test("the issuer cannot be reached; what ended meanwhile is named, with what kept it from being renewed", async () => {
    bar("output", `ip daddr ${ADDRESS.cedar} tcp dport 14000`);
    expect(await refusal()).toMatchObject({ kind: "transient", code: "ca-unreachable" });
    await until(() => !lasts(0), "its end", 900);
    sure(ALDER, "systemctl restart caddy");
    const failed = await applied(https, contextOf({ name: "~zod", domain: DOMAIN }));
    expect(failed).toMatchObject({ ok: false, failure: { kind: "configuration", code: "certificate-expired" } });
    expect(failed.ok ? "" : failed.failure.why).toMatch(/connection refused|reset/);
    unbar();
  }, 180_000);
});

test("setup-production takes the ship as it stands, and waits for the certificate that is due", async () => {
  sure(ALDER, "systemctl restart caddy");
  const done = await site.slipway(
    ...["setup-production", ALDER, "--level", "standard", "--domain", `~zod=${DOMAIN}`, "--yes"],
    ...["--acme-directory", CA.directory, "--acme-root", join(site.desk, "roots.pem")],
  );
  expect(done.exit, `${done.out}${done.err}`).toBe(0);
  expect(done.out).toMatch(/~zod is served at https:\/\/zod\.example\.org .*\(nothing to change\)/);
}, 120_000);

test("is taken back whole", async () => {
  const launched = site.runs()[0] ?? "";
  const back = await site.slipway("rollback", launched, "--by", "ada");
  expect(back.exit, back.err).toBe(0);
  await until(async () => (await site.slipway("status", launched)).out.includes("rolled-back"), "rolled back", 100);
  expect(await fingerprint(lab, ALDER)).toEqual(before);
  expect(sure(ALDER, `ls -d ${WEB.state} ${WEB.config} ${WEB.waiting} 2>/dev/null; :`)).toBe("");
}, 120_000);
