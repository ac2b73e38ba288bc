import type { FrameworkName, Standing } from "./firms.ts";
import { type Book, type Price, priceOf, pricesOf } from "./prices.ts";

/** What machines are wanted for. */
export type Use = "vps" | "node" | "dedicated";

/** Machines of one firm in one place, with what is billed beside them. */
export interface Shelf {
  readonly firm: string;
  /** "Hetzner Cloud, eu" */
  readonly name: string;
  readonly region: string;
  /** The area that region lies in; "*" where the firm's list is the same everywhere. */
  readonly area: string;
  readonly types: readonly Price[];
  /** Block storage by the GB and month; null where none can be added. */
  readonly volume: Price | null;
  /** False: a machine comes without a disk of its own. */
  readonly disk: boolean;
  /** Billed by the GB of the machine's own disk, where the firm does that. */
  readonly localDisk: Price | null;
  readonly ipv4: Price | null;
  /** Traffic out by the GB beyond `freeGb` a month for the whole account; null where the machines' allowance covers ships. */
  readonly egress: { readonly price: Price; readonly freeGb: number } | null;
  /** Share of the list price that a year's commitment takes off. */
  readonly commitment: Price | null;
  readonly snapshot: Price | null;
  readonly cluster: {
    readonly control: Price;
    readonly balancers: readonly Price[];
    readonly nat: Price | null;
  } | null;
  /** Exceptions to what the firm signs. */
  readonly signs: Partial<Record<FrameworkName, Standing>>;
  /** Only taken when the firm was asked for: little is known of it, or its terms are long. */
  readonly onlyNamed: boolean;
}

interface Spec {
  readonly firm: string;
  readonly title: string;
  readonly book: Book;
  /** Word of a row's `use`, by what the machines are wanted for. */
  readonly uses: Partial<Record<Use, string>>;
  /** Area of a brief's region to a region of the price list; "*" stands for every other. */
  readonly places: Readonly<Record<string, string>>;
  /** How the rows of a place are told from others; every row where left out. */
  readonly row?: (place: string) => (region: string) => boolean;
  readonly volume?: string;
  readonly noDisk?: true;
  readonly localDisk?: string;
  readonly ipv4?: string;
  readonly egress?: readonly [id: string, freeGb: number];
  readonly commitment?: string;
  readonly snapshot?: string;
  /** Control plane, then balancers. `{}` in an id stands for the place. */
  readonly cluster?: { readonly control: string; readonly balancers: readonly string[]; readonly nat?: string };
  readonly signs?: Partial<Record<FrameworkName, Standing>>;
  readonly onlyNamed?: true;
}

const exactly = (place: string) => (region: string) => region === place;
const startsWith = (place: string) => (region: string) => region.startsWith(place);

const SPECS: readonly Spec[] = [
  {
    firm: "aws",
    title: "AWS Lightsail",
    book: "aws",
    uses: { vps: "lightsail" },
    places: { us: "us-east-1", eu: "eu-central-1" },
    volume: "aws-lightsail-disk",
    // Not on the provider's list of services its BAA covers (recalled).
    signs: { hipaa: "no" },
  },
  {
    firm: "aws",
    title: "AWS EC2",
    book: "aws",
    uses: { vps: "vps", node: "node" },
    places: { us: "us-east-1", "us-west-2": "us-west-2", "us-oregon": "us-west-2", eu: "eu-central-1" },
    row: exactly,
    volume: "aws-ebs-gp3-{}",
    noDisk: true,
    ipv4: "aws-ipv4",
    egress: ["aws-egress-to-10TB", 100],
    commitment: "aws-ec2-1y-noupfront-discount-mid",
    snapshot: "aws-ebs-snapshot-{}",
    cluster: {
      control: "aws-eks-standard",
      balancers: ["aws-alb-hour-{}", "aws-alb-lcu-{}"],
      nat: "aws-nat-hour-{}",
    },
  },
  {
    firm: "azure",
    title: "Azure",
    book: "azure",
    uses: { vps: "vps", node: "node" },
    places: { us: "eastus", eu: "westeurope" },
    row: exactly,
    volume: "azure-disk-e-gb",
    noDisk: true,
    ipv4: "azure-ipv4",
    egress: ["azure-egress", 100],
    cluster: { control: "azure-aks-standard", balancers: [] },
  },
  {
    firm: "contabo",
    title: "Contabo",
    book: "contabo",
    uses: { vps: "vps" },
    places: { eu: "eu" },
    onlyNamed: true,
  },
  {
    firm: "digitalocean",
    title: "DigitalOcean",
    book: "digitalocean",
    uses: { vps: "vps", node: "node" },
    places: { "*": "any region" },
    volume: "do-volume",
    snapshot: "do-snapshot",
    cluster: { control: "do-doks-ha", balancers: ["do-lb-regional"] },
  },
  {
    firm: "gcp",
    title: "Google Cloud",
    book: "gcp",
    uses: { vps: "vps", node: "node" },
    places: { us: "us-central1", eu: "europe-west1" },
    row: exactly,
    volume: "gcp-pd-balanced",
    noDisk: true,
    ipv4: "gcp-ipv4",
    egress: ["gcp-egress-premium", 0],
    commitment: "gcp-cud1y",
    snapshot: "gcp-pd-snapshot",
    cluster: { control: "gcp-gke", balancers: [] },
  },
  {
    firm: "hetzner",
    title: "Hetzner Cloud",
    book: "hetzner",
    uses: { vps: "vps" },
    places: { eu: "eu", us: "us", ap: "sin" },
    row: startsWith,
    volume: "hetzner-volume",
    ipv4: "hetzner-ipv4",
  },
  {
    firm: "hetzner",
    title: "Hetzner dedicated",
    book: "hetzner",
    uses: { dedicated: "dedicated" },
    places: { eu: "eu" },
    row: startsWith,
  },
  {
    firm: "linode",
    title: "Linode",
    book: "linode",
    uses: { vps: "vps", node: "node" },
    places: { "*": "any region" },
    volume: "linode-volume",
    cluster: { control: "linode-lke-ha", balancers: ["linode-nodebalancer"] },
  },
  {
    firm: "netcup",
    title: "netcup",
    book: "netcup",
    uses: { vps: "vps" },
    places: { eu: "eu" },
    onlyNamed: true,
  },
  {
    firm: "ovh",
    title: "OVHcloud VPS",
    book: "ovh",
    uses: { vps: "ovh-vps" },
    places: { us: "us" },
    row: startsWith,
  },
  {
    firm: "ovh",
    title: "OVHcloud Public Cloud",
    book: "ovh",
    uses: { vps: "vps", node: "node" },
    places: { eu: "eu" },
    row: startsWith,
    volume: "ovh-block-classic",
    localDisk: "ovh-local-disk",
    ipv4: "ovh-ipv4-derived",
    cluster: { control: "ovh-mks", balancers: ["ovh-lb-s"] },
  },
  {
    firm: "ovh",
    title: "OVHcloud Rise",
    book: "ovh",
    uses: { dedicated: "dedicated" },
    places: { eu: "eu" },
    row: startsWith,
  },
  {
    firm: "vultr",
    title: "Vultr",
    book: "vultr",
    uses: { vps: "vps", node: "node" },
    places: { "*": "any region" },
    volume: "vultr-block-nvme",
    snapshot: "vultr-snapshot",
    cluster: { control: "vultr-vke-ha", balancers: ["vultr-lb"] },
  },
  {
    firm: "vultr",
    title: "Vultr Bare Metal",
    book: "vultr",
    uses: { dedicated: "dedicated" },
    places: { us: "us" },
    row: startsWith,
  },
];

const cache = new Map<string, readonly Shelf[]>();

/** Every shelf with machines for this use in a region of a brief ("eu-frankfurt", "us-west-2"); anywhere when null. */
export function shelvesFor(use: Use, region: string | null): readonly Shelf[] {
  const key = `${use} ${region ?? ""}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const shelves = SPECS.flatMap((spec) =>
    placesFor(spec, region).flatMap(([area, place]) => shelfOf(spec, use, area, place)),
  );
  cache.set(key, shelves);
  return shelves;
}

/** "eu-frankfurt" is in the area "eu". */
export function areaOf(region: string): string {
  return region.split("-")[0] ?? region;
}

function placesFor(spec: Spec, region: string | null): readonly (readonly [area: string, place: string])[] {
  // Anywhere: one place an area.
  if (region === null) return Object.entries(spec.places).filter(([area]) => !area.includes("-"));
  const area = areaOf(region);
  const place = spec.places[region] ?? spec.places[area];
  if (place !== undefined) return [[area, place]];
  const anywhere = spec.places["*"];
  return anywhere === undefined ? [] : [["*", anywhere]];
}

function shelfOf(spec: Spec, use: Use, area: string, place: string): readonly Shelf[] {
  const word = spec.uses[use];
  if (word === undefined) return [];
  const here = spec.row?.(place) ?? (() => true);
  const types = pricesOf(spec.book, word).filter((price) => here(price.region));
  if (types.length === 0) return [];
  const at = (id: string | undefined): Price | null => (id === undefined ? null : priceOf(id.replace("{}", place)));
  const { cluster } = spec;
  return [
    {
      firm: spec.firm,
      name: `${spec.title}, ${place}`,
      region: place,
      area: areaOf(area),
      types,
      volume: at(spec.volume),
      disk: spec.noDisk !== true,
      localDisk: at(spec.localDisk),
      ipv4: at(spec.ipv4),
      egress: spec.egress === undefined ? null : { price: priceOf(spec.egress[0]), freeGb: spec.egress[1] },
      commitment: at(spec.commitment),
      snapshot: at(spec.snapshot),
      cluster:
        use !== "node" || cluster === undefined
          ? null
          : {
              control: priceOf(cluster.control),
              balancers: cluster.balancers.flatMap((id) => at(id) ?? []),
              nat: at(cluster.nat),
            },
      signs: spec.signs ?? {},
      onlyNamed: spec.onlyNamed === true,
    },
  ];
}
