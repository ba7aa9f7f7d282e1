import type { CheckFailure } from "../provider";
import { isObject, type Properties, type Value } from "../values";
import { REFUSED } from "./not-modelled";

/** The keys that an object may have: `true` for a plain value, a shape for an object or a list of objects. */
export interface Shape {
  readonly [key: string]: true | Shape;
}

/** A shape with only plain values. */
export function plain(...keys: string[]): Shape {
  return Object.fromEntries(keys.map((key) => [key, true]));
}

/** One failure for each key, at any depth, that is not in the shape. */
export function unknownKeys(type: string, properties: Properties, shape: Shape, path = ""): CheckFailure[] {
  return Object.entries(properties)
    .filter(([key]) => !key.startsWith("__"))
    .flatMap(([key, value]) => {
      const property = path === "" ? key : `${path}.${key}`;
      const known = shape[key];
      if (known === undefined) return [{ property, reason: unknownReason(type, property, shape) }];
      return known === true ? [] : objectsIn(value).flatMap((inner) => unknownKeys(type, inner, known, property));
    });
}

function unknownReason(type: string, property: string, shape: Shape): string {
  const refused = REFUSED[type]?.[property];
  if (refused !== undefined) return refused;
  const known = Object.keys(shape).sort().join(", ");
  return `the lab's aws provider does not know '${property}' of '${type}', it knows ${known}; add it to lab/providers/aws`;
}

function objectsIn(value: Value): Properties[] {
  if (Array.isArray(value)) return value.filter(isObject);
  return isObject(value) ? [value] : [];
}
