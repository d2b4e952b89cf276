import { html } from "hono/html";

export type Html = ReturnType<typeof html>;

/** The part of JSON Schema 2020-12 that our schemas turn into. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  description?: string | undefined;
  example?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
}

type Named = Record<string, Schema>;

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf("/") + 1);

/** A schema as a readable tree; a named one folds, and is not unfolded within itself. */
export function schemaTree(schema: Schema, schemas: Named, within: readonly string[] = []): Html {
  if (schema.$ref) {
    const name = nameOf(schema.$ref);
    const target = schemas[name];
    if (!target || within.includes(name)) return html`<code>${name}</code>`;
    return html`<details${within.length === 0 ? " open" : ""}><summary>${name}</summary>${schemaTree(target, schemas, [...within, name])}</details>`;
  }
  const parts = schema.allOf ?? schema.oneOf ?? schema.anyOf;
  if (parts) {
    const label = schema.allOf ? "all of" : "one of";
    return html`<small>${label}</small><ul>${parts.map((part) => html`<li>${schemaTree(part, schemas, within)}</li>`)}</ul>`;
  }
  if (schema.properties) {
    const members = Object.entries(schema.properties);
    return html`${about(schema)}<ul>${members.map(
      ([name, member]) =>
        html`<li><code>${name}</code>${schema.required?.includes(name) ? html` <small>required</small>` : ""} ${schemaTree(member, schemas, within)}</li>`,
    )}</ul>`;
  }
  if (schema.items) return html`<small>list of</small> ${about(schema)} ${schemaTree(schema.items, schemas, within)}`;
  return html`<small>${typeOf(schema)}</small> ${about(schema)}`;
}

function typeOf({ type, format, enum: values }: Schema): string {
  if (values) return values.map((value) => JSON.stringify(value)).join(" | ");
  const types = [type ?? "anything"].flat().join(" or ");
  return format ? `${types} (${format})` : types;
}

function about(schema: Schema): Html {
  const limits = [
    range(schema.minimum, schema.maximum, ""),
    range(schema.minLength, schema.maxLength, " characters"),
    range(schema.minItems, schema.maxItems, " items"),
    schema.default === undefined ? "" : `default ${JSON.stringify(schema.default)}`,
  ].filter(Boolean);
  return html`${limits.length > 0 ? html`<small>${limits.join(", ")}</small> ` : ""}${codes(schema.description)}`;
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  const isOpenAbove = most === undefined || most >= Number.MAX_SAFE_INTEGER;
  const isOpenBelow = least === undefined || least <= Number.MIN_SAFE_INTEGER;
  if (isOpenAbove) return isOpenBelow ? "" : `at least ${least}${unit}`;
  return isOpenBelow ? `at most ${most}${unit}` : `${least} to ${most}${unit}`;
}

/** Text whose `…` parts are code. */
export const codes = (text = ""): Html =>
  html`${text.split("`").map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
