/** The part of JSON Schema that zod writes. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
}

const WIDTH = 110;

/** Shapes that go by a name, by their JSON. */
export type Named = ReadonlyMap<string, string>;

/** A JSON Schema as a person reads one: TypeScript's notation, on one line where it fits. */
export function shape(schema: JsonSchema, known: Named = new Map(), indent = ""): string {
  return known.get(JSON.stringify(schema)) ?? spelled(schema, known, indent);
}

/** The shape itself, even where it has a name. */
export function spelled(schema: JsonSchema, known: Named = new Map(), indent = ""): string {
  const inner = (part: JsonSchema, deeper = indent) => shape(part, known, deeper);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined)
    return union(
      choices.map((choice) => inner(choice, `${indent}  `)),
      indent,
    );
  switch (schema.type) {
    case "array": {
      const item = inner(schema.items ?? {});
      return / \| /.test(item) && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
    }
    case "object":
      return object(schema, known, indent);
    case undefined:
      return "any";
    default:
      return [schema.type].flat().join(" | ");
  }
}

function union(choices: readonly string[], indent: string): string {
  const line = choices.join(" | ");
  // One shape or null stays as it is; a choice between several stands one to a line.
  if (!line.includes("\n") && line.length <= WIDTH) return line;
  if (choices.length === 2 && choices[1] === "null") return line.replaceAll(`\n${indent}  `, `\n${indent}`);
  return choices.map((choice) => `\n${indent}  | ${choice}`).join("");
}

function object(schema: JsonSchema, known: Named, indent: string): string {
  const { properties, required = [], additionalProperties, propertyNames } = schema;
  if (properties === undefined) {
    const value = typeof additionalProperties === "object" ? additionalProperties : {};
    const key = propertyNames?.enum === undefined ? "name: string" : `name in ${spelled(propertyNames)}`;
    return `{ [${key}]: ${shape(value, known, indent)} }`;
  }
  const deeper = `${indent}  `;
  const members = Object.entries(properties).map(([key, value]) =>
    `${key}${required.includes(key) ? "" : "?"}: ${shape(value, known, deeper)}`.replace(": \n", ":\n"),
  );
  const line = `{ ${members.join(", ")} }`;
  if (indent.length + line.length <= WIDTH && !line.includes("\n")) return line;
  return `{\n${members.map((member) => `${deeper}${member}`).join("\n")}\n${indent}}`;
}
