import { AGENTS } from "./scries.ts";
import type { Ship } from "./ship.ts";

/** One event stream of a page: what happened is kept until the page says it has it. */
export interface Channel {
  readonly owner: string;
  events: readonly { readonly id: number; readonly text: string }[];
  next: number;
  readonly streams: Set<(text: string) => void>;
}

interface Action {
  readonly id?: unknown;
  readonly action?: unknown;
  readonly app?: unknown;
  readonly mark?: unknown;
  readonly path?: unknown;
  readonly "event-id"?: unknown;
}

export type Put = "done" | "not json" | "not actions";

const KNOWN = ["poke", "poke-json", "subscribe", "unsubscribe", "ack", "delete"];

export function openChannel(owner: string): Channel {
  return { owner, events: [], next: 0, streams: new Set() };
}

/** Carries out a page's actions, in order. `close` takes the channel away. */
export function put(ship: Ship, channel: Channel, body: string, close: () => void): Put {
  let actions: unknown;
  try {
    actions = JSON.parse(body);
  } catch {
    return "not json";
  }
  if (!Array.isArray(actions) || !actions.every((item: Action) => KNOWN.includes(String(item.action))))
    return "not actions";
  for (const item of actions as readonly Action[]) {
    if (item.action === "ack") channel.events = channel.events.filter(({ id }) => id > Number(item["event-id"]));
    else if (item.action === "delete") close();
    else act(ship, channel, item);
  }
  return "done";
}

function act(ship: Ship, channel: Channel, item: Action): void {
  const told = outcome(ship, item);
  if (told !== null) tell(channel, told);
}

/** What the page is told of its action; null for what it is not told. */
function outcome(ship: Ship, { id, action, app, mark, path }: Action): object | null {
  const agent = String(app);
  if (action === "unsubscribe") return null;
  if (action === "subscribe")
    return { id, err: `"unexpected subscription to %${agent} on path ${path}"\n`, response: "subscribe" };
  if (!AGENTS.includes(agent)) {
    ship.slog(`gall: not running %${agent} yet, got %poke-as`);
    return null;
  }
  if (mark === "helm-hi") return { ok: "ok", id, response: "poke" };
  return { id, err: `gall: poke cast fail :${agent} [a=%json b=%${mark}]\n`, response: "poke" };
}

function tell(channel: Channel, what: object): void {
  const text = `id: ${channel.next}\ndata: ${JSON.stringify(what)}\n\n`;
  channel.events = [...channel.events, { id: channel.next, text }];
  channel.next += 1;
  for (const send of channel.streams) send(text);
}

/** All that was not acknowledged, in one piece, then what comes; a heartbeat while nothing does. */
export function listen(channel: Channel, send: (text: string) => void): () => void {
  const before = channel.events.map(({ text }) => text).join("");
  if (before !== "") send(before);
  channel.streams.add(send);
  const heart = setInterval(() => send(":\n"), 20_000);
  return () => {
    clearInterval(heart);
    channel.streams.delete(send);
  };
}
