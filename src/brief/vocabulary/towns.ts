import { own } from "../quantities/numbers.ts";

/** Places by area: what a region is called differs by provider, the place does not. A name of two words is written with a blank. */
const PLACES: Readonly<Record<string, string>> = {
  eu: "frankfurt nuremberg falkenstein berlin munich hamburg germany amsterdam netherlands helsinki finland stockholm sweden paris france gravelines strasbourg roubaix dublin ireland milan italy rome madrid spain warsaw poland vienna austria brussels belgium copenhagen denmark lisbon portugal prague czechia athens greece bucharest romania",
  ch: "zurich geneva switzerland",
  no: "oslo norway",
  uk: "london manchester britain england scotland",
  is: "reykjavik iceland",
  us: "ashburn hillsboro virginia oregon ohio california dallas texas chicago seattle atlanta miami denver phoenix boston nyc newark fremont austin houston portland iowa utah nevada georgia florida silicon-valley new-york new-jersey san-francisco los-angeles las-vegas salt-lake",
  ca: "toronto montreal vancouver canada quebec",
  ap: "singapore sydney melbourne australia tokyo osaka japan mumbai bangalore chennai india seoul korea jakarta indonesia taiwan bangkok thailand hong-kong new-zealand",
  sa: "brazil chile bogota argentina sao-paulo",
  me: "dubai bahrain israel qatar tel-aviv abu-dhabi",
  af: "johannesburg nigeria kenya lagos cape-town south-africa",
};
/** Codes of data centres, and other ways of saying a place. */
const CODES: Readonly<Record<string, string>> = {
  fra1: "eu-frankfurt",
  fra: "eu-frankfurt",
  ams3: "eu-amsterdam",
  ams2: "eu-amsterdam",
  fsn1: "eu-falkenstein",
  fsn: "eu-falkenstein",
  nbg1: "eu-nuremberg",
  nbg: "eu-nuremberg",
  hel1: "eu-helsinki",
  nuernberg: "eu-nuremberg",
  nürnberg: "eu-nuremberg",
  münchen: "eu-munich",
  zürich: "ch-zurich",
  deutschland: "eu-germany",
  holland: "eu-netherlands",
  nyc1: "us-nyc",
  nyc2: "us-nyc",
  nyc3: "us-nyc",
  sfo2: "us-sfo",
  sfo3: "us-sfo",
  tor1: "ca-toronto",
  lon1: "uk-london",
  blr1: "ap-bangalore",
  sgp1: "ap-singapore",
  syd1: "ap-sydney",
  "united kingdom": "uk",
  "great britain": "uk",
  "united states": "us",
  "european union": "eu",
  "north america": "us",
  "south america": "sa",
  "middle east": "me",
  europe: "eu",
  european: "eu",
  eea: "eu",
  usa: "us",
  america: "us",
  asia: "ap",
  apac: "ap",
  africa: "af",
  oceania: "ap",
  scandinavia: "eu",
  gdansk: "eu-gdansk",
  são: "sa-sao-paulo",
  eastus: "us-east",
  eastus2: "us-east",
  westus: "us-west",
  westus2: "us-west",
  westeurope: "eu-west",
  northeurope: "eu-north",
};

const TOWNS = new Map<string, string>();
for (const [area, names] of Object.entries(PLACES))
  for (const name of names.split(" ")) TOWNS.set(name.replaceAll("-", " "), `${area}-${name}`);

/** The region a place name of one or two words stands for. */
export function townOf(name: string): string | undefined {
  return TOWNS.get(name) ?? own(CODES, name);
}

/** Every single word that names a place. */
export const TOWN_WORDS: readonly string[] = [...TOWNS.keys()].filter((name) => !name.includes(" "));
