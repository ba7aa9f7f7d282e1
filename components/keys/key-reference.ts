import { isRecord } from "../chef/json";

/**
 * Where a private key is kept. Arguments and settings hold the place, never the key: it is read where and when it is used.
 */
export type KeyReference =
  /** Name or ARN of an SSM parameter of the type SecureString. */
  | { readonly ssmParameter: string }
  /** Name or ARN of a Secrets Manager secret. */
  | { readonly secretId: string }
  /** Path of a PEM file. */
  | { readonly file: string }
  /** Name of an environment variable that holds the PEM text. */
  | { readonly environment: string };

const PLACES = ["ssmParameter", "secretId", "file", "environment"] as const;
const EXPECTED =
  "expected an object with exactly one of ssmParameter, secretId, file, environment, and a text as its value";

/**
 * The reference in a value of configuration.
 * @param setting the setting's name, for the message
 * @throws when the value is no reference; a key pasted in by mistake is not quoted
 */
export function parseKeyReference(value: unknown, setting: string): KeyReference {
  if (!isRecord(value)) {
    throw new Error(`'${setting}' is ${kindOf(value)}: ${EXPECTED}`);
  }
  const members = Object.keys(value);
  const place = PLACES.find((name) => name in value);
  if (place === undefined || members.length !== 1) {
    throw new Error(`'${setting}' has the members '${members.join("', '")}': ${EXPECTED}`);
  }
  const where = value[place];
  if (typeof where !== "string" || where.trim() === "") {
    throw new Error(`'${setting}.${place}' is ${kindOf(where)}: ${EXPECTED}`);
  }
  if (where.includes("PRIVATE KEY")) {
    throw new Error(`'${setting}.${place}' holds a private key: give the place where the key is kept, not the key`);
  }
  return referenceTo(place, where);
}

/** A reference in words, for messages. */
export function describeKeyReference(reference: KeyReference): string {
  if ("ssmParameter" in reference) {
    return `the SSM parameter '${reference.ssmParameter}'`;
  }
  if ("secretId" in reference) {
    return `the Secrets Manager secret '${reference.secretId}'`;
  }
  return "file" in reference ? `the file '${reference.file}'` : `the environment variable '${reference.environment}'`;
}

function referenceTo(place: (typeof PLACES)[number], where: string): KeyReference {
  switch (place) {
    case "ssmParameter":
      return { ssmParameter: where };
    case "secretId":
      return { secretId: where };
    case "file":
      return { file: where };
    case "environment":
      return { environment: where };
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) {
    return "missing";
  }
  if (Array.isArray(value)) {
    return "a list";
  }
  return value === "" ? "empty" : `a ${typeof value}`;
}
