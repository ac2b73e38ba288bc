import { each, type Reading } from "../reading.ts";

const ENVIRONMENTS: readonly (readonly [string, RegExp])[] = [
  ["dev", /\b(?:dev|development)\b(?!-only)/g],
  ["staging", /\b(?:staging|stage|pre-?prod(?:uction)?|uat)\b/g],
  ["production", /\b(?:prod|production)\b(?!-ready)/g],
];

const PLATFORMS: readonly (readonly [string, RegExp])[] = [
  ["kubernetes", /\b(?:kubernetes|k8s|k3s|eks|gke|aks|helm|openshift)\b/g],
  ["groundseg", /\b(?:groundseg|ground seg|native planet|docker|containers?|container host)\b/g],
  ["vps", /\b(?:vps|vpses|vms?|virtual (?:private )?(?:servers?|machines?)|droplets?|linodes?|hetzner|digital ?ocean|vultr|lightsail|ec2|ovh|cloud servers?|cloud)\b/g],
  ["bare-metal", /\b(?:bare[ -]?metal|physical (?:servers?|machines?|hosts?)|dedicated (?:servers?|hosts?|machines?)|colo(?:cation)?)\b/g],
];

const SELF = /\b(?:my|our|their|your) own (?:\w+ ){0,2}?(?:servers?|hardware|machines?|hosts?|boxe?s?|metal|vpse?s?)\b|\bself[ -]?host(?:ed|ing)?\b|\b(?:home ?servers?|home ?lab|nucs?|raspberry pis?|at home|on[ -]prem(?:ises?)?|(?:servers?|hosts?|machines?|hardware) (?:i|we) (?:already )?own)\b/g;

const REGION = /\b(?:us|eu|ap|sa|ca|af|me)-(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-\d\b|\b(?:frankfurt|amsterdam|london|nuremberg|falkenstein|helsinki|ashburn|hillsboro|singapore|sydney|tokyo|toronto|new york|san francisco|dublin|paris|stockholm|oregon|virginia|ohio|mumbai|nyc\d|sfo\d|fra\d|ams\d)\b/g;
const REGIONS = /\b(?:two|three|multi(?:ple)?|several|\d)[ -]regions?\b/g;
const AUTOSCALING = /\bauto[ -]?scal(?:e|es|ing)\b/g;
const UNSURE = /\b(?:not sure|unsure|don't know|do not know|no idea|which (?:platform|option|way)|what (?:platform|should)|recommend|advise|best way)\b/g;

/** Environments, platforms, ownership, regions. */
export function readPlaces(reading: Reading): void {
  for (const [name, pattern] of ENVIRONMENTS) {
    each(reading, pattern, (_match, start, end) => {
      if (!reading.negated(start)) reading.find("environments", name, start, end);
    });
  }
  for (const [name, pattern] of PLATFORMS) {
    each(reading, pattern, (_match, start, end) => {
      reading.find(reading.negated(start) ? "notInfrastructure" : "infrastructure", name, start, end);
    });
  }
  each(reading, /\b(?:aws|amazon|gcp|google cloud|azure)\b/g, (_match, start, end) => {
    reading.find(reading.negated(start) ? "notProvider" : "provider", reading.text.slice(start, end), start, end);
  });
  each(reading, SELF, (_match, start, end) => reading.find("selfHosted", !reading.negated(start), start, end));
  each(reading, REGION, (match, start, end) => reading.find("regions", match[0], start, end));
  each(reading, REGIONS, (_match, start, end) => reading.find("multiRegion", true, start, end));
  each(reading, AUTOSCALING, (_match, start, end) => reading.find("autoscaling", !reading.negated(start), start, end));
  each(reading, UNSURE, (_match, start, end) => reading.find("unsure", true, start, end));
}
