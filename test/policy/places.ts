import { type TestResource, UNKNOWN_TEXT } from "./stack";

type Path = readonly (string | number)[];

/** One value in a stack: the resource's index, and the path in its properties. */
export interface Place {
  readonly index: number;
  readonly path: Path;
}

export function placesIn(resources: readonly TestResource[]): Place[] {
  return resources.flatMap(({ props }, index) => pathsIn(props).map((path) => ({ index, path })));
}

/** Returns the same stack with some values unknown, as if they came from another resource. */
export function withUnknowns(resources: readonly TestResource[], places: readonly Place[]): TestResource[] {
  return resources.map((one, at) => {
    if (places.every(({ index }) => index !== at)) return one;
    let props: unknown = one.props;
    for (const { index, path } of places) if (index === at) props = withUnknown(props, path);
    return { ...one, props: props as TestResource["props"] };
  });
}

function pathsIn(value: unknown, above: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return above.length > 0 ? [above] : [];
  const below = Object.entries(value).flatMap(([key, inner]) =>
    pathsIn(inner, [...above, Array.isArray(value) ? Number(key) : key]),
  );
  return above.length > 0 ? [above, ...below] : below;
}

function withUnknown(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return UNKNOWN_TEXT;
  if (Array.isArray(value)) return value.map((one, index) => (index === step ? withUnknown(one, rest) : one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, key === step ? withUnknown(one, rest) : one]),
  );
}
