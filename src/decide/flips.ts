import type { Brief } from "../brief/schema.ts";
import { priceOf, usdOf } from "../knowledge/prices.ts";
import { countOf, withCount } from "./levels.ts";
import { ALL, type Choice, choose, shipsText } from "./platform.ts";
import type { Decision } from "./schema.ts";
import type { SiteView } from "./site.ts";

type Flip = Decision["platform"]["flips"][number];

/** Numbers of ships from which on the matrix, or the score between its lines, can speak otherwise; and the most there are. */
const TURNS = [1, 2, 5, 21, 50, 20_000] as const;

/** What would have to be different for another choice: each change is decided again, none is taken from a list of answers. */
export function flipsOf(brief: Brief, choice: Choice, site: SiteView): Flip[] {
  if (choice.by === "asked") return unasked(brief, choice, site);
  const decided = (changed: Brief) => choose(changed, site).platform;
  const flips: Flip[] = [];
  const when = (says: string, changed: Brief) => {
    const other = decided(changed);
    if (other !== choice.platform) flips.push({ when: says, choice: other });
  };
  const count = countOf(brief);
  const same = (ships: number) => decided(withCount(brief, ships)) === choice.platform;
  const up = edge(
    count,
    TURNS.find((turn) => turn > count && !same(turn)),
    same,
  );
  if (up !== null) when(`from ${up} ships on`, withCount(brief, up));
  const down = edge(
    count,
    [...TURNS].reverse().find((turn) => turn < count && !same(turn)),
    same,
  );
  if (down !== null) when(`below ${down + 1} ships`, withCount(brief, down));
  if (brief.selfHosted !== true) when("on servers of your own", { ...brief, selfHosted: true });
  else when("without servers of your own", { ...brief, selfHosted: null });
  if (brief.autoscaling !== true) when("with auto-scaling asked for", { ...brief, autoscaling: true });
  if (brief.experience !== "expert" || brief.priority !== "security")
    when("for an expert who puts security first", { ...brief, experience: "expert", priority: "security" });
  if (brief.experience !== "beginner") when("for a beginner", { ...brief, experience: "beginner" });
  if (brief.priority !== "cost") when("when cost comes first", { ...brief, priority: "cost" });
  return flips;
}

/** The number of ships nearest to `near` at which the choice is another, on the way to `far`, where it is. */
function edge(near: number, far: number | undefined, same: (ships: number) => boolean): number | null {
  if (far === undefined) return null;
  let [kept, turned] = [near, far];
  // Most turns are the matrix's own: the number beside it is looked at first.
  const beside = far > near ? far - 1 : far + 1;
  if (same(beside)) return far;
  turned = beside;
  while (Math.abs(turned - kept) > 1) {
    const middle = Math.trunc((kept + turned) / 2);
    if (same(middle)) kept = middle;
    else turned = middle;
  }
  return turned;
}

/** What would have been chosen, had nothing been asked for. */
function unasked(brief: Brief, choice: Choice, site: SiteView): Flip[] {
  const free = choose({ ...brief, infrastructure: null }, site).platform;
  return free === choice.platform ? [] : [{ when: `had ${choice.platform} not been asked for`, choice: free }];
}

/** The least budget the choice fits in, and what fits below it. */
export function budgetFloor({ platform, price, barred }: Choice): Decision["platform"]["budgetFloor"] {
  const usd = price(platform).usd;
  const cheaper = ALL.filter(
    (other) =>
      other !== platform && barred[other] === undefined && price(other).setAside === null && price(other).usd < usd,
  );
  const instead = cheaper.reduce<Decision["platform"]["budgetFloor"]["instead"]>((best, other) => {
    const cost = price(other).usd;
    return best === null || cost < best.usd ? { choice: other, usd: cost } : best;
  }, null);
  return { usd, instead };
}

/** Whether hosting as a service is worth a thought, and why. */
export function managedHosting(brief: Brief): Decision["platform"]["managedHosting"] {
  if (brief.compliance.length > 0)
    return {
      suits: false,
      because: `no host of single ships is known to sign an agreement for ${brief.compliance.join(", ")}`,
    };
  if (countOf(brief) > 1) return { suits: false, because: `it keeps single ships, not ${shipsText(brief)}` };
  if (brief.selfHosted === true) return { suits: false, because: "you have servers of your own" };
  if (brief.ships.fake) return { suits: false, because: "it keeps real identities only" };
  const tlon = priceOf("urbit-tlon-hosting");
  return {
    suits: brief.managed === true || brief.unsure || brief.experience === "beginner",
    because: `Tlon hosts a ship for $${usdOf(tlon)} a month (as of ${tlon.asOf}) and keeps a second copy of its keys; it can be moved to a host of yours later`,
  };
}
