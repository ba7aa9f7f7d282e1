import { isObject, type Properties, SIGNATURE, type Value } from "./values";

const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Whether this value itself is marked as secret. */
export function isSecret(value: Value | undefined): value is { value: Value } {
  return isObject(value) && value[SIGNATURE] === SECRET;
}

/** Marks a value as secret; has no effect on one that is marked already. */
export function secret(value: Value): Value {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** Whether the value contains a secret at any depth. */
export function containsSecret(value: Value | undefined): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isObject(value) && Object.values(value).some(containsSecret);
}

/** Removes all secret markers from the value, for providers. */
function reveal(value: Value): Value {
  if (isSecret(value)) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  if (isObject(value)) return revealAll(value);
  return value;
}

/** Removes all secret markers from properties. */
export function revealAll(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, reveal(value)]));
}

/** Marks every output as secret whose input of the same name was secret, as the Pulumi CLI does. */
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

/** Marks the outputs of a provider: like its inputs, or all of them if `spread` is set and an input contains a secret. */
export function markOutputs(outputs: Properties, inputs: Properties, spread: boolean): Properties {
  if (spread && containsSecret(inputs)) {
    return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, secret(value)]));
  }
  return markLike(outputs, inputs);
}
