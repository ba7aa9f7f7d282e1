import { z } from "zod";
import { fleetSchema } from "./schema";

/** The part of a JSON Schema by which keys are found. */
interface Schema {
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
}

/** The keys that the configuration knows at a place, in any kind of what may stand there. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  const schemas = path.reduce<Schema[]>(
    (found, key) => found.flatMap((schema) => inside(schema, String(key))),
    variants(z.toJSONSchema(fleetSchema, { io: "input", unrepresentable: "any" }) as Schema),
  );
  return [...new Set(schemas.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

function inside({ properties, additionalProperties, items }: Schema, key: string): Schema[] {
  const found = properties?.[key] ?? items ?? additionalProperties;
  return found && typeof found === "object" ? variants(found) : [];
}

function variants(schema: Schema): Schema[] {
  return [schema, ...(schema.anyOf ?? []).flatMap(variants)];
}
