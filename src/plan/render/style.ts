import type { PlanStep } from "../schema.ts";
import { paletteCss } from "./palette.ts";

/** The page's style: light and dark by the reader's own setting, and plain black on white when printed. */
export function styleFor(specialists: readonly PlanStep["specialist"][]): string {
  return `${BASE}${paletteCss(specialists, 0.62, 0.15)}@media (prefers-color-scheme:dark){:root{${DARK}}${paletteCss(specialists, 0.74, 0.13)}}@media print{:root{${LIGHT}}${paletteCss(specialists, 0.62, 0.15)}${PRINT}}`;
}

const LIGHT =
  "color-scheme:light;--ink:#1c2024;--soft:#60666d;--faint:#8b9198;--paper:#fcfcfd;--card:#fff;--sunk:#f3f4f6;--rule:#e3e5e9;--bad:#c4271b;--warn:#a15c00;--good:#18794e";
const DARK =
  "color-scheme:dark;--ink:#eceef0;--soft:#a3a9b0;--faint:#777d85;--paper:#111315;--card:#191c1f;--sunk:#202427;--rule:#2c3135;--bad:#ff7a6b;--warn:#f0b454;--good:#4cc38a";

const BASE = `:root{${LIGHT}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-font-smoothing:antialiased}
main{max-width:1128px;margin:0 auto;padding:44px 24px 72px}
h1{font-size:30px;line-height:1.2;letter-spacing:-.02em;margin:6px 0 8px;font-weight:680;text-wrap:balance}
h2{font-size:18px;letter-spacing:-.01em;margin:48px 0 4px;font-weight:640}
p.lead{margin:0;color:var(--soft);font-size:16px}p.note{margin:0 0 14px;color:var(--soft);font-size:13.5px}
.over{font-size:12px;letter-spacing:.08em;text-transform:uppercase;color:var(--faint);font-weight:600}
code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px;margin:28px 0 0}
.card{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:14px 16px}
.card b{display:block;font-size:20px;letter-spacing:-.01em;font-weight:650;line-height:1.3}.card small{color:var(--soft);font-size:13px;line-height:1.4;display:block}
.card span{font-size:12px;color:var(--faint);font-weight:600;display:block;margin-bottom:4px}
.card small.good{color:var(--good)}.card small.warn{color:var(--warn)}.card small.bad{color:var(--bad)}
.banner{border:1px solid var(--bad);border-left-width:4px;border-radius:10px;padding:14px 18px;margin:24px 0 0;background:var(--card)}.banner b{color:var(--bad)}.banner ul{margin:6px 0 0;padding-left:18px}
.sheet{background:var(--card);border:1px solid var(--rule);border-radius:14px;padding:18px 20px;overflow-x:auto}
.legend{display:flex;flex-wrap:wrap;gap:6px 18px;margin:0 0 14px;font-size:13px;color:var(--soft)}.legend i{display:inline-block;width:10px;height:10px;border-radius:3px;background:var(--hue);margin-right:7px;vertical-align:-1px}.legend .gate{width:9px;height:9px;border-radius:1px;transform:rotate(45deg);background:var(--warn)}.legend .gate.final{background:var(--bad)}
svg{display:block;width:100%;min-width:820px;height:auto;font:12.5px ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink)}
svg .grid{stroke:var(--rule);stroke-width:1}svg .tick{fill:var(--faint);font-size:11px;text-anchor:middle}svg .phase{font-weight:640;font-size:13px}svg .took{fill:var(--soft);font-size:11.5px;paint-order:stroke;stroke:var(--card);stroke-width:4px}
svg .kind{fill:var(--soft);font-size:12px}svg .kind.final{fill:var(--bad)}svg .span{fill:var(--rule)}svg .hit{fill:transparent}svg g:hover>.hit{fill:var(--sunk)}svg .bar{fill:var(--hue)}svg .bar.soft{opacity:.32}
svg .gate{fill:var(--warn)}svg .gate.final{fill:var(--bad)}svg line.deadline{stroke:var(--good);stroke-width:1.5;stroke-dasharray:4 3}svg text.deadline{fill:var(--good);font-size:11px;text-anchor:middle;font-weight:600}svg line.deadline.late{stroke:var(--bad)}svg text.deadline.late{fill:var(--bad)}
.graph .band{fill:var(--sunk);stroke:none}.graph .number{fill:var(--faint);font-size:10px;font-weight:650;letter-spacing:.08em}.graph .gatename{fill:var(--soft);font-size:11px}
.graph .node{fill:var(--card);stroke:var(--rule)}.graph g:hover>.node{stroke:var(--hue)}.graph .edge{fill:var(--hue)}.graph .kind{fill:var(--ink);font-size:12px;font-weight:560}.graph .who{fill:var(--faint);font-size:10px}.graph .badge{fill:var(--paper);stroke:var(--rule)}.graph .count{fill:var(--soft);font-size:10.5px;text-anchor:middle}.graph .final .node{stroke:var(--bad)}
.graph .line{fill:none;stroke:var(--faint);stroke-width:1.4;opacity:.75}.graph .line.far{opacity:.4}.graph .line.farther{opacity:.16}
details.phase{background:var(--card);border:1px solid var(--rule);border-radius:14px;margin:12px 0;overflow:hidden}
details.phase>summary{cursor:pointer;padding:13px 20px;display:flex;gap:12px;align-items:baseline;list-style:none}details.phase>summary::-webkit-details-marker{display:none}
summary .n{color:var(--faint);font-weight:650;min-width:18px}summary b{font-size:15.5px;font-weight:640}summary .when{margin-left:auto;color:var(--soft);font-size:13px;white-space:nowrap}
.gateline{margin:0 20px 14px;padding:9px 14px;border-radius:8px;background:var(--sunk);font-size:13.5px;border-left:3px solid var(--warn)}.gateline.final{border-left-color:var(--bad)}
.step{padding:13px 20px;border-top:1px solid var(--rule);display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:4px 28px;break-inside:avoid}
.step h4{margin:0;font-size:14px;font-weight:620}.step h4 code{font-weight:400;color:var(--faint);margin-left:6px;overflow-wrap:anywhere}.step p{margin:2px 0 0}.step .tags{margin-top:7px;display:flex;flex-wrap:wrap;gap:5px;font-size:12px}
.tag{padding:1px 8px;border-radius:99px;background:var(--sunk);color:var(--soft);white-space:nowrap}.tag.who{background:none;border:1px solid var(--rule);color:var(--ink)}.tag.who::before{content:"";display:inline-block;width:8px;height:8px;border-radius:3px;background:var(--hue);margin-right:6px}.tag.final,.tag.high{color:var(--bad)}.tag.medium{color:var(--warn)}
dl{margin:0;display:grid;grid-template-columns:52px minmax(0,1fr);gap:1px 10px;font-size:13px;line-height:1.5}dt{color:var(--faint)}dd{margin:0;color:var(--soft)}dd ul{margin:0;padding:0;list-style:none}dd li::before{content:"✓ ";color:var(--good)}
table{border-collapse:collapse;width:100%;font-size:13.5px}th{text-align:left;color:var(--faint);font-weight:600;font-size:12px;padding:6px 10px 6px 0;border-bottom:1px solid var(--rule)}td{padding:6px 10px 6px 0;border-bottom:1px solid var(--rule);vertical-align:top}tr:last-child td{border-bottom:0}.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.two{display:grid;grid-template-columns:1fr 1fr;gap:12px}.two ul,.open{margin:0;padding-left:18px;font-size:13.5px;color:var(--soft)}.open{columns:2;column-gap:28px}.open li{break-inside:avoid}
footer{margin-top:56px;color:var(--faint);font-size:12.5px}
@media (max-width:760px){.step,.two{grid-template-columns:1fr}.open{columns:1}}
`;

const PRINT = `
@page{margin:13mm}:root{--paper:#fff;--sunk:#f5f6f7}body{font-size:9pt}main{max-width:none;padding:0}
h1{font-size:20pt}h2{font-size:13pt;margin-top:24px;break-after:avoid}p.note{break-after:avoid}.card b{font-size:13pt}
.cards{grid-template-columns:repeat(5,1fr);gap:8px}.card{padding:9px 11px}
.sheet{border:0;padding:0;overflow:visible}.sheet svg{min-width:0;width:auto;max-width:100%;max-height:228mm;margin:0 auto;break-inside:avoid}
.step{grid-template-columns:5fr 6fr;padding:8px 12px}.step h4{font-size:9.5pt}dl,.tag,table,.gateline{font-size:8.5pt}td,th{padding:3px 8px 3px 0}
details.phase{border-radius:8px;overflow:visible}details.phase>summary,.gateline{break-after:avoid;break-inside:avoid}details::details-content{content-visibility:visible;height:auto}
`;
