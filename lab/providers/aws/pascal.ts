import { isObject, type Properties, type Value } from "../values";

/** How names and values of @pulumi/aws become those of the SDK, if capitalizing the first letter of the name is not enough. */
export interface Conversion {
  /** Names that are different in the SDK. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Keys whose text "true" or "false" must become a boolean. */
  readonly flags?: readonly string[];
  /** Keys whose text must become a number. */
  readonly counts?: readonly string[];
}

/**
 * Renames properties at every depth as in the SDK: `volumeSize` becomes `VolumeSize`. The caller names the SDK's input type that the shape
 * of the table entry follows.
 */
export function pascal<Input>(properties: Properties, conversion: Conversion = {}): Input {
  return convertObject(properties, conversion) as Input;
}

function convertObject(properties: Properties, conversion: Conversion): Properties {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [nameOf(key, conversion), convert(key, value, conversion)]),
  );
}

function nameOf(key: string, { rename = {} }: Conversion): string {
  return rename[key] ?? `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}

function convert(key: string, value: Value, conversion: Conversion): Value {
  if (Array.isArray(value)) return value.map((item) => convert(key, item, conversion));
  if (isObject(value)) return convertObject(value, conversion);
  if (conversion.flags?.includes(key) && typeof value === "string") return value === "true";
  if (conversion.counts?.includes(key) && typeof value === "string") return Number(value);
  return value;
}

/** The properties with these keys, as far as they are set. */
export function pick(properties: Properties, ...keys: string[]): Properties {
  return Object.fromEntries(
    keys.flatMap((key) => (properties[key] === undefined || properties[key] === null ? [] : [[key, properties[key]]])),
  );
}

/** Converts an SDK response to plain JSON for the state, without undefined and with dates as text. */
export function outputs(answer: Record<string, unknown>): Properties {
  return JSON.parse(JSON.stringify(answer)) as Properties;
}
