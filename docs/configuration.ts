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
    return [row, ...rows(`${name}.`, unlessFalse(property)), ...elementRows(name, property)];
  });
}

/** What stands behind each name of a map, like the groups. */
function elementRows(name: string, { additionalProperties: element }: Schema): string[] {
  return element && typeof element === "object" ? rows(`${name}.<name>.`, element) : [];
}

/** What may be switched off by `false`, without that; anything else as it is. */
function unlessFalse(schema: Schema): Schema {
  const [off, settings, ...others] = schema.anyOf ?? [];
  return off?.const === false && settings && others.length === 0 ? settings : schema;
}

function typeOf(schema: Schema): string {
  if (unlessFalse(schema) !== schema) return "object, `false`";
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (schema.anyOf) return "object";
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  return schema.type ?? "any";
}

if (require.main === module) writeFileSync(join(__dirname, "configuration.md"), configurationTable());
