import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { fleetSchema } from "../stacks/schema";

/** The part of a JSON Schema that the table shows. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

const INTRODUCTION = `# Configuration

Keys of the namespace \`chef-autoscaling\` in \`Pulumi.<stack>.yaml\`, beside \`aws:region\`. Made from the program's own type by
\`npm run docs\`; a test keeps it equal.

| key | type | required | meaning |
| --- | --- | --- | --- |
`;

/** docs/configuration.md as the configuration's type has it. */
export function configurationTable(): string {
  return (
    INTRODUCTION +
    rows("", z.toJSONSchema(fleetSchema, { io: "input" }) as Schema)
      .join("\n")
      .concat("\n")
  );
}

function rows(prefix: string, schema: Schema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const name = prefix + key;
    const required = schema.required?.includes(key) ? "yes" : "";
    const row = `| \`${name}\` | ${typeOf(property)} | ${required} | ${property.description ?? ""} |`;
    return [row, ...rows(`${name}.`, property), ...rowsInside(name, property)];
  });
}

/** What stands behind each name of a map, in each member of a list, and in one kind or another of a choice. */
function rowsInside(name: string, { additionalProperties: element, items, anyOf = [] }: Schema): string[] {
  const ofMap = element && typeof element === "object" ? rows(`${name}.<name>.`, element) : [];
  const ofList = items ? rows(`${name}[].`, items) : [];
  return [...ofMap, ...ofList, ...choices(`${name}.`, anyOf)];
}

/** A key of several kinds stands once; none is required, since another kind does without it. */
function choices(prefix: string, kinds: readonly Schema[]): string[] {
  const known = new Map<string, Schema>();
  for (const [key, property] of kinds.flatMap((kind) => Object.entries(kind.properties ?? {}))) {
    known.set(key, merged(known.get(key), property));
  }
  return rows(prefix, { properties: Object.fromEntries(known) });
}

/** A key that tells kinds apart has one value in each. */
function merged(before: Schema | undefined, { const: only, ...property }: Schema): Schema {
  const values = [...(before?.enum ?? []), ...(property.enum ?? []), ...(only === undefined ? [] : [String(only)])];
  return { ...property, ...before, enum: values.length > 0 ? values : undefined };
}

/** What may be switched off by `false`. */
function isSwitchable({ anyOf = [] }: Schema): boolean {
  return anyOf.length === 2 && anyOf[0]?.const === false;
}

function typeOf(schema: Schema): string {
  if (isSwitchable(schema)) return "object, `false`";
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (schema.anyOf) return "object";
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  return schema.type ?? "any";
}

if (require.main === module) writeFileSync(join(__dirname, "configuration.md"), configurationTable());
