import { isObject, type Properties, type Value } from "../values";

/** How names and texts of @pulumi/aws become those of the SDK, where capitalising the first letter is not enough. */
export interface Conversion {
  /** Names that are other words in the SDK. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Keys whose text "true" or "false" the SDK wants as a truth value. */
  readonly flags?: readonly string[];
  /** Keys whose text the SDK wants as a number. */
  readonly counts?: readonly string[];
}

/**
 * Properties with the SDK's names: `volumeSize` becomes `VolumeSize`, at every depth. The caller names the type of the
 * SDK's input that the shape of the table entry was written after.
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

/** The properties among these keys that are given. */
export function pick(properties: Properties, ...keys: string[]): Properties {
  return Object.fromEntries(
    keys.flatMap((key) => (properties[key] === undefined || properties[key] === null ? [] : [[key, properties[key]]])),
  );
}

/** The plain JSON of an SDK answer, without undefined and with dates as text, for the state. */
export function outputs(answer: Record<string, unknown>): Properties {
  return JSON.parse(JSON.stringify(answer)) as Properties;
}
