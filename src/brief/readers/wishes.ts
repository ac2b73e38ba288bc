import { each, type Reading } from "../reading.ts";

type Rule = readonly [field: string, value: unknown, pattern: RegExp];

const RULES: readonly Rule[] = [
  ["compliance", "hipaa", /\bhipaa\b/g],
  ["compliance", "gdpr", /\b(?:gdpr|dsgvo)\b/g],
  ["compliance", "soc2", /\bsoc[ -]?(?:2|ii)\b/g],
  ["compliance", "iso27001", /\biso[ -]?(?:iec )?27001\b/g],
  ["hint", "healthcare data may fall under HIPAA", /\b(?:health ?care|patients?|hospitals?|medical|clinic(?:al)?)\b/g],
  ["hint", "personal data of people in the EU may fall under GDPR", /\b(?:eu|european) (?:customers|users|citizens|residents)\b/g],
  ["experience", "beginner", /\b(?:beginners?|newbie|new to (?:this|urbit|linux)|first time|never done this|novice)\b/g],
  ["experience", "intermediate", /\b(?:intermediate|some experience)\b/g],
  ["experience", "expert", /\b(?:experts?|experienced|advanced|sysadmin|veteran)\b/g],
  ["priority", "cost", /\b(?:cheap(?:est|ly)?|low[ -]?cost|as little as possible|affordable|save money|cost[ -]effective)\b/g],
  ["priority", "security", /\b(?:max(?:imum)? security|as secure as possible|most secure|security first|highly secure|paranoid)\b/g],
  ["priority", "speed", /\b(?:quick(?:ly|est)?|fast(?:est)?|asap|as soon as possible|hurry)\b/g],
  ["monitoring", true, /\b(?:monitor(?:ing|ed)?|prometheus|grafana|alert(?:s|ing)?|pagerduty|observability)\b/g],
  ["disasterRecovery", true, /\b(?:disaster[ -]recovery|\bdr\b|failover|cross-region backups?)\b/g],
  ["hardening", "strict", /\b(?:strict(?:ly)?|maximum|max)[ -](?:hardening|hardened|security)\b|\bas secure as possible\b/g],
  ["hardening", "standard", /\b(?:standard|normal|production)[ -](?:hardening|hardened|security)\b|(?<!standard |strict |basic |strictly )\bharden(?:ed|ing)\b/g],
  ["hardening", "basic", /\b(?:basic|minimal)[ -](?:hardening|hardened|security)\b/g],
  ["enterprise", true, /\b(?:enterprise|mission[ -]critical|high availability)\b/g],
];

const INTENTS: readonly (readonly [string, RegExp])[] = [
  ["troubleshoot", /\b(?:troubleshoot|diagnose|debug|crash(?:es|ing|ed)?|broken|slow|stuck|down again|not (?:working|responding)|won't (?:boot|start)|fix)\b/g],
  ["migrate", /\b(?:migrat(?:e|ing|ion)|move|transfer|relocate)\b/g],
  ["optimize", /\b(?:optimi[sz](?:e|ation|ing)|tune|tuning|speed up|performance problem)\b/g],
  ["feature", /\b(?:gall|hoon)\b|\b(?:app|agent|desk) (?:to production|development)\b|\b(?:develop|build|write) (?:a |an |my |new )*(?:\w+ )?(?:app|agent|desk)\b/g],
];

/** Compliance, experience, priorities, monitoring, recovery, hardening, intent. */
export function readWishes(reading: Reading): void {
  for (const [field, value, pattern] of RULES) {
    each(reading, pattern, (_match, start, end) => {
      if (!reading.negated(start)) reading.find(field, value, start, end);
      else if (value === true) reading.find(field, false, start, end);
      else reading.use(start, end);
    });
  }
  for (const [intent, pattern] of INTENTS) {
    each(reading, pattern, (_match, start, end) => {
      if (!reading.negated(start)) reading.find("intent", intent, start, end);
    });
  }
}
