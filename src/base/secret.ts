import { inspect } from "node:util";

/** A value that prints as `[secret]` wherever it ends up: template text, JSON, the inspector. */
export interface Secret {
  readonly kind: "secret";
  /** What it is, for messages: "keyfile of ~zod". */
  readonly label: string;
  reveal(): string;
}

const MASK = "[secret]";

/** Wraps `value`; only `reveal()` gives it back, and only the code that writes it to a pipe may call that. */
export function secret(label: string, value: string): Secret {
  // The value lives in the closure alone: no property of the object holds it.
  const wrapped = {
    kind: "secret" as const,
    label,
    reveal: () => value,
    toString: () => MASK,
    toJSON: () => MASK,
    [Symbol.toPrimitive]: () => MASK,
    [inspect.custom]: () => MASK,
  };
  return Object.freeze(wrapped);
}
