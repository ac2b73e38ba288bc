import { sha256 } from "../../../base/canonical.ts";
import { shellQuote } from "../../../base/quote.ts";
import type { FirewallLimitResource, FirewallRuleResource } from "../../resources.ts";
import { FIREWALL } from "./firewall.ts";
import { at, digestHolds, type Fragment, type Place, saveUndo, statHolds } from "./fragment.ts";

/** The rule as nft reads it. The mark in its comment tells whether the kernel has this very rule. */
export function ruleLine(rule: FirewallRuleResource): { readonly line: string; readonly mark: string } {
  const source = rule.from === null ? "" : `${rule.from.includes(":") ? "ip6" : "ip"} saddr ${rule.from} `;
  const match = `${source}${rule.proto} dport ${rule.port}`;
  const mark = `slipway ${sha256(`${match} ${rule.comment}`).slice(0, 8)}`;
  return { line: `${match} accept comment "${mark}${rule.comment === "" ? "" : `: ${rule.comment}`}"\n`, mark };
}

/** One inbound exception: a file of its own beside Slipway's table, or a rule of ufw where ufw runs the host. */
export function compileFirewallRule(rule: FirewallRuleResource, place: Place): Fragment {
  const { line, mark } = ruleLine(rule);
  const name = `${rule.proto}-${rule.port}-${sha256(rule.from ?? "any").slice(0, 8)}`;
  const path = at(place, `${FIREWALL.rules}/${name}.nft`);
  const word = shellQuote(path);
  const ufw = [rule.proto, String(rule.port), rule.from ?? "any", rule.comment].map(shellQuote).join(" ");
  return {
    probes: { firewall: true, paths: [path], digests: [path] },
    holds: [
      `if [ "$UFW" = yes ]; then ufw_has ${ufw}; return; fi`,
      statHolds("file", path, "0644", "root", "root"),
      digestHolds(path, sha256(line)),
      // Without our table nothing is denied, and the rule only waits for it.
      `[ "$FILED" = no ] && return 0`,
      `case $TABLE in *${shellQuote(mark)}*) ;; *) return 1 ;; esac`,
    ].join("\n"),
    before: `if [ "$UFW" = yes ]; then before='no such rule in ufw'; else path_now ${word}; fi`,
    after: `${rule.proto} ${rule.port} from ${rule.from ?? "anywhere"}`,
    define: `c_${place.index}() {\nprintf %s ${shellQuote(line)}\n}`,
    // What else somebody tells ufw meanwhile stays; only where ufw would turn another rule into ours is all of it put back.
    save: `if [ "$UFW" = yes ]; then if ufw_other ${ufw}; then save_firewall && ${saveUndo("restore_firewall")}; else ${saveUndo(`ufw_delete ${ufw}`)}; fi; else save_path ${word} && ${saveUndo(`restore_path ${word}; firewall_reload`)}; fi`,
    apply: `if [ "$UFW" = yes ]; then ufw_allow ${ufw}; else parents ${word} && put ${word} root:root 0644 c_${place.index} && firewall_load; fi`,
    diff: ":",
    effect: "",
  };
}

/** Two meters, since one cannot count addresses of both families. */
export function limitLines({ port, perMinute, burst }: FirewallLimitResource): {
  readonly lines: string;
  readonly mark: string;
} {
  const rate = `limit rate over ${perMinute}/minute burst ${burst} packets`;
  const mark = `slipway ${sha256(`limit ${port} ${rate}`).slice(0, 8)}`;
  const meter = (name: string, key: string) =>
    `tcp dport ${port} ct state new meter ${name}_${port} { ${key} ${rate} } drop comment "${mark}"\n`;
  return { lines: meter("limit4", "ip saddr") + meter("limit6", "ip6 saddr and ffff:ffff:ffff:ffff::"), mark };
}

/** A file of its own beside Slipway's table. ufw counts in its own way (`ufw limit`): there this is not set, and says so. */
export function compileFirewallLimit(limit: FirewallLimitResource, place: Place): Fragment {
  const { lines, mark } = limitLines(limit);
  const path = at(place, `${FIREWALL.limits}/tcp-${limit.port}.nft`);
  const word = shellQuote(path);
  return {
    probes: { firewall: true, paths: [path], digests: [path] },
    holds: [
      '[ "$UFW" = yes ] && return 1',
      statHolds("file", path, "0644", "root", "root"),
      digestHolds(path, sha256(lines)),
      `[ "$FILED" = no ] && return 0`,
      `case $TABLE in *${shellQuote(mark)}*) ;; *) return 1 ;; esac`,
    ].join("\n"),
    before: `path_now ${word}`,
    after: `tcp ${limit.port}: at most ${limit.perMinute} new connections a minute from one source, ${limit.burst} at once`,
    define: `c_${place.index}() {\nprintf %s ${shellQuote(lines)}\n}`,
    save: `save_path ${word} && ${saveUndo(`restore_path ${word}; firewall_reload`)}`,
    apply: `if [ "$UFW" = yes ]; then echo 'ufw runs this host and counts in its own way: ufw limit ${limit.port}/tcp'; false; else parents ${word} && put ${word} root:root 0644 c_${place.index} && firewall_load; fi`,
    diff: ":",
    effect: "",
  };
}
