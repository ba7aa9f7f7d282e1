import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { isSecret, secret } from "../providers/secrets";
import { isObject, type Properties, SIGNATURE, type Value } from "../providers/values";

const ENCRYPTED = "encrypted";
const PROBE = "chef-autoscaling";

/** Encrypts secrets for the state file and decrypts them again. */
export interface SecretsAtRest {
  /** Stored in the state file to derive the same key and to check the passphrase. */
  readonly header: { readonly salt: string; readonly probe: string };
  lock(properties: Properties): Properties;
  unlock(properties: Properties): Properties;
}

/**
 * Encrypts with AES-256-GCM; scrypt derives the key from the passphrase.
 *
 * @param header of an existing state file; if missing, a new salt is generated
 * @throws if the passphrase is missing or is not the one that encrypted the state
 */
export function openSecrets(passphrase: string | undefined, header?: SecretsAtRest["header"]): SecretsAtRest {
  if (!passphrase) {
    throw new Error(
      "'PULUMI_CONFIG_PASSPHRASE' is not set, expected the passphrase of the stack; set it in the environment",
    );
  }
  const salt = header?.salt ?? randomBytes(16).toString("base64");
  const key = scryptSync(passphrase, Buffer.from(salt, "base64"), 32);
  if (header !== undefined) probe(key, header.probe);
  return {
    header: header ?? { salt, probe: encrypt(key, PROBE) },
    lock: (properties) => mapAll(properties, (value) => (isSecret(value) ? sealed(key, value.value) : undefined)),
    unlock: (properties) =>
      mapAll(properties, (value) => (isSealed(value) ? opened(key, value[ENCRYPTED]) : undefined)),
  };
}

function probe(key: Buffer, ciphertext: string): void {
  try {
    decrypt(key, ciphertext);
  } catch (error) {
    const reason = "'PULUMI_CONFIG_PASSPHRASE' is not the passphrase this stack was written with; set the right one";
    throw new Error(reason, { cause: error });
  }
}

function sealed(key: Buffer, value: Value): Value {
  return { [SIGNATURE]: ENCRYPTED, [ENCRYPTED]: encrypt(key, JSON.stringify(value)) };
}

function isSealed(value: Value): value is { [ENCRYPTED]: string } {
  return isObject(value) && value[SIGNATURE] === ENCRYPTED;
}

function opened(key: Buffer, ciphertext: string): Value {
  return secret(JSON.parse(decrypt(key, ciphertext)) as Value);
}

function mapAll(properties: Properties, change: (value: Value) => Value | undefined): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, map(value, change)]));
}

function map(value: Value, change: (value: Value) => Value | undefined): Value {
  const changed = change(value);
  if (changed !== undefined) return changed;
  if (Array.isArray(value)) return value.map((item) => map(item, change));
  return isObject(value) ? mapAll(value, change) : value;
}

function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return [nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64")).join(":");
}

function decrypt(key: Buffer, ciphertext: string): string {
  const [nonce, tag, body] = ciphertext.split(":").map((part) => Buffer.from(part, "base64"));
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
}
