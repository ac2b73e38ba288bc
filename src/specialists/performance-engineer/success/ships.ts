import type { Sighting } from "../../../machines/machine.ts";
import type { Visit } from "../../../machines/web.ts";
import { type Criterion, judged, together, unmeasured, type Wanted } from "./criterion.ts";
import { sightingOf } from "./hosts.ts";
import { HEALTH, type HostLook, type ShipLook, whyNot } from "./look.ts";
import type { Promises } from "./promises.ts";

const DOJO_MS = 3_000;
/** The seed's own target, where nobody specified another. */
const RESPONSE_MS = 50;
const BUSY = 429;

/** Public addresses of ships that were visited, with what was seen there. */
export type Visits = ReadonlyMap<string, Visit>;

/** Criteria that stand on what ships answer; `ships`: how many there should be. */
export function judgeShips(
  hosts: readonly HostLook[],
  ships: readonly { readonly name: string; readonly fake: boolean }[],
  visits: Visits,
  promises: Promises,
): readonly Criterion[] {
  const looks = hosts.flatMap((host) => host.ships);
  return [
    reachable(looks, ships.length, hosts),
    https(visits, ships.length, promises),
    ames(looks, hosts, ships),
    dojo(looks, ships.length),
    response(looks, visits, promises),
  ];
}

function reachable(looks: readonly ShipLook[], count: number, hosts: readonly HostLook[]): Criterion {
  const wanted: Wanted = {
    id: "reachable",
    group: "Function",
    title: "All ships deployed and accessible",
    wanted: `${count} of ${count} ship(s) answer HTTP`,
    promised: true,
  };
  const up = looks.flatMap(({ web }) => (web.ok ? [web.value] : []));
  const silent = looks.flatMap(({ ship, web }) => (web.ok ? [] : [`${ship.name}: ${whyNot(web.failure)}`]));
  const lost = hosts.flatMap(({ host, failure }) => (failure === null ? [] : [`${host}: ${whyNot(failure)}`]));
  const seen = together(up.map(({ sighting }) => sighting));
  const measured = [`${up.length} of ${count} answer ${HEALTH}`, ...silent.slice(0, 3), ...lost.slice(0, 3)].join("; ");
  return judged(wanted, up.length === count, measured, seen);
}

function https(visits: Visits, count: number, { kinds }: Promises): Criterion {
  const promised = kinds.has("https");
  const wanted: Wanted = {
    id: "https",
    group: "Function",
    title: "HTTPS with valid certificates",
    wanted: "each address presents a chain this machine trusts, for its own name, in date",
    promised,
  };
  if (visits.size === 0) {
    const why = promised ? "no public address was named" : "no web address was set up";
    return unmeasured(wanted, `${why}: slipway check SHIP --url SHIP=https://NAME looks at one`);
  }
  const said = [...visits].map(([ship, visit]) => `${ship} at ${visit.url}: ${tlsText(visit)}`);
  const met = [...visits.values()].every(({ tls }) => tls?.trusted === true);
  const open = visits.size < count ? `${count - visits.size} ship(s) without a named address` : "";
  return judged(wanted, met, said.join("; "), together([...visits.values()].map(({ sighting }) => sighting)), open);
}

function tlsText({ tls, failed }: Visit): string {
  if (tls === null) return failed ?? "not HTTPS";
  return tls.trusted ? `${tls.protocol}, trusted, by ${tls.issuer}, until ${tls.validTo}` : `not trusted: ${tls.why}`;
}

function ames(looks: readonly ShipLook[], hosts: readonly HostLook[], ships: readonly { fake: boolean }[]): Criterion {
  const wanted: Wanted = {
    id: "ames",
    group: "Function",
    title: "Ames networking functional",
    wanted: "each ship's UDP port bound, and a hi answered",
    promised: true,
  };
  const ports = hosts.flatMap(({ audit }) => audit?.findings ?? []).filter(({ check }) => check.startsWith("ames."));
  const unbound = ports.filter(({ status }) => status === "refuted");
  const bound = ports.filter(({ status }) => status === "shown");
  const answered = looks.flatMap(({ hi }) => (hi.ok ? [hi.value.sighting] : []));
  const mute = looks.flatMap(({ ship, hi }) => (hi.ok ? [] : [`${ship.name}: ${whyNot(hi.failure)}`]));
  const sighting = together([...answered, ...ports.flatMap((one) => sightingOf(one, hosts) ?? [])]);
  const measured = [
    `${bound.length} port(s) bound, ${answered.length} hi answered by the ship itself`,
    ...unbound.map(({ on, title }) => `${on}: not so: ${title}`),
    ...mute.slice(0, 3),
  ].join("; ");
  if (unbound.length > 0 || mute.length > 0) return judged(wanted, false, measured, sighting);
  const whole = answered.length === ships.length && bound.length === ships.length;
  if (!whole) return unmeasured(wanted, "not every ship or port could be asked", { measured, sighting });
  if (ships.some(({ fake }) => !fake)) {
    const open = "whether another ship hears it is not asked: |hi ~SPONSOR in the dojo shows it";
    return unmeasured(wanted, open, { measured, sighting });
  }
  return judged(wanted, true, measured, sighting, "fake ships know no network beyond their host");
}

function dojo(looks: readonly ShipLook[], count: number): Criterion {
  const wanted: Wanted = {
    id: "dojo",
    group: "Function",
    title: "Dojo responsive",
    wanted: `a thread that pokes the ship and waits for its ack, in under ${DOJO_MS / 1_000} s`,
    promised: true,
  };
  const times = looks.flatMap(({ ship, hi }) => (hi.ok ? [{ ship: ship.name, ...hi.value.value }] : []));
  const slowest = times.toSorted((a, b) => b.ms - a.ms)[0];
  if (slowest === undefined) return unmeasured(wanted, "no ship answered");
  const sighting = together(looks.flatMap(({ hi }) => (hi.ok ? [hi.value.sighting] : [])));
  const measured = `slowest of ${times.length}: ${Math.round(slowest.ms)} ms (${slowest.ship})`;
  return judged(wanted, slowest.ms < DOJO_MS && times.length === count, measured, sighting);
}

function response(looks: readonly ShipLook[], visits: Visits, { responseMs }: Promises): Criterion {
  const target = responseMs ?? RESPONSE_MS;
  const wanted: Wanted = {
    id: "response",
    group: "Performance",
    title: "Response time",
    wanted: `95 of 100 answers in under ${target} ms, asked from outside the host`,
    promised: responseMs !== null,
  };
  const rows: { readonly name: string; readonly spread: Spread; readonly via: string; readonly sighting: Sighting }[] =
    [];
  let outside = true;
  for (const { ship, web } of looks) {
    const visit = visits.get(ship.name);
    if (visit !== undefined && visit.answers.length > 0) {
      rows.push({ name: ship.name, spread: spreadOf(visit.answers), via: visit.url, sighting: visit.sighting });
    } else if (web.ok && web.value.value.via !== "twin") {
      const { via, answers } = web.value.value;
      outside &&= via === "ssh";
      const way = via === "ssh" ? "through a port forwarded by SSH, its round trip included" : "from the host itself";
      rows.push({ name: ship.name, spread: spreadOf(answers), via: way, sighting: web.value.sighting });
    }
  }
  const worst = rows.toSorted((a, b) => b.spread.p95 - a.spread.p95)[0];
  if (worst === undefined) return unmeasured(wanted, "nothing answered over a network");
  const measured = `slowest ship ${worst.name}, ${worst.via}: ${spreadText(worst.spread)}`;
  const sighting = together(rows.map((row) => row.sighting));
  if (!outside) return unmeasured(wanted, "the host is this machine: nobody outside was asked", { measured, sighting });
  return judged(wanted, worst.spread.p95 < target, measured, sighting);
}

/** A distribution of answer times in milliseconds. Busy answers count as never given. */
export interface Spread {
  readonly count: number;
  readonly busy: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export function spreadOf(answers: readonly { readonly status: number; readonly ms: number }[]): Spread {
  const times = answers
    .map(({ status, ms }) => (status === BUSY ? Number.POSITIVE_INFINITY : ms))
    .sort((a, b) => a - b);
  // The nearest-rank percentile: an answer that was really given, never a value in between.
  const rank = (percent: number) =>
    times[Math.max(0, Math.ceil((percent / 100) * times.length) - 1)] ?? Number.POSITIVE_INFINITY;
  const busy = answers.filter(({ status }) => status === BUSY).length;
  return { count: times.length, busy, min: rank(0), p50: rank(50), p95: rank(95), max: rank(100) };
}

function spreadText({ count, busy, min, p50, p95, max }: Spread): string {
  const ms = (value: number) => (Number.isFinite(value) ? `${value.toFixed(1)} ms` : "busy");
  return `${count} answers, fastest ${ms(min)}, median ${ms(p50)}, p95 ${ms(p95)}, slowest ${ms(max)}${busy > 0 ? `, ${busy} busy` : ""}`;
}
