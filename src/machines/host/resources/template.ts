import type { TemplateResource } from "../../resources.ts";
import { compileFile } from "./file.ts";
import type { Fragment, Place } from "./fragment.ts";

const MARK = /\{\{([A-Za-z0-9_.-]+)\}\}/g;

/** Names of the marks that have no value. */
export function missingValues(resource: TemplateResource): readonly string[] {
  const names = [...resource.template.matchAll(MARK)].map((found) => found[1] ?? "");
  return [...new Set(names)].filter((name) => !Object.hasOwn(resource.values, name));
}

/** The content: every `{{name}}` replaced by its value, once; a value that looks like a mark stays as it is. */
export function renderTemplate(resource: TemplateResource): string {
  return resource.template.replaceAll(MARK, (mark, name: string) => resource.values[name] ?? mark);
}

export function compileTemplate(resource: TemplateResource, place: Place): Fragment {
  return compileFile({ ...resource, content: renderTemplate(resource) }, place);
}
