import { planText } from "../plan/render/text.ts";
import type { Plan } from "../plan/schema.ts";
import { type Io, paint } from "./io.ts";

/** A plan as this terminal shows it. */
export function planForTerminal(io: Pick<Io, "color" | "columns">, plan: Plan): string {
  return planText(plan, {
    ...(io.columns === undefined ? {} : { width: io.columns }),
    paint: (style, text) => paint(io, style, text),
  });
}
