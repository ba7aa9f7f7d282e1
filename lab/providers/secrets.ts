import { isObject, type Properties, SIGNATURE, type Value } from "./values";

const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Tells whether this very value is marked secret. */
export function isSecret(value: Value | undefined): value is { value: Value } {
  return isObject(value) && value[SIGNATURE] === SECRET;
}

/** Marks a value secret; marking it twice changes nothing. */
export function secret(value: Value): Value {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** Tells whether a secret stands anywhere in the value. */
export function containsSecret(value: Value | undefined): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isObject(value) && Object.values(value).some(containsSecret);
}

/** The value with every secret marker taken off: what a provider works with. */
export function reveal(value: Value): Value {
  if (isSecret(value)) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  if (isObject(value)) return revealAll(value);
  return value;
}

/** `reveal` for a whole set of properties. */
export function revealAll(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, reveal(value)]));
}

/** Marks every output secret whose input of the same name was secret, as the Pulumi CLI does. */
export function markLike(outputs: Properties, inputs: Properties): Properties {
  const marked = { ...outputs };
  for (const [key, input] of Object.entries(inputs)) {
    const output = marked[key];
    if (output === undefined) continue;
    if (isObject(output) && isObject(input) && !isSecret(input)) marked[key] = markLike(output, input);
    else if (containsSecret(input)) marked[key] = secret(output);
  }
  return marked;
}

/** Marks the outputs of a provider: like its inputs, or all of them when one secret input taints everything. */
export function markOutputs(outputs: Properties, inputs: Properties, spread: boolean): Properties {
  if (spread && containsSecret(inputs)) {
    return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, secret(value)]));
  }
  return markLike(outputs, inputs);
}
