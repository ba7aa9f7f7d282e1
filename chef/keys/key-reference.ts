import { isRecord } from "../../common/json";
import { holdsKey, shownText } from "../key-material";

/**
 * The place where a private key is stored. Arguments and settings contain the place, never the key: it is read where and when it is used.
 */
export type KeyReference =
  | {
      /** Name or ARN of an SSM parameter of the type SecureString. */
      readonly ssmParameter: string;
    }
  | {
      /** Name or ARN of a Secrets Manager secret. */
      readonly secretId: string;
    }
  | {
      /** Path of a PEM file on this machine. */
      readonly file: string;
    }
  | {
      /** Name of an environment variable of this machine that holds the PEM text. */
      readonly environment: string;
    };

const PLACES = ["ssmParameter", "secretId", "file", "environment"] as const;
type Place = (typeof PLACES)[number];

/**
 * Allowed names in each place.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
const NAMES: Readonly<Record<Place, readonly [RegExp, string]>> = {
  ssmParameter: [/^[A-Za-z0-9_.:/-]{1,2048}$/, "the name or ARN of a parameter"],
  secretId: [/^[A-Za-z0-9_.:/+=@!-]{1,2048}$/, "the name or ARN of a secret"],
  file: [/^\P{Cc}{1,4096}$/u, "the path of a file"],
  environment: [/^[A-Za-z_][A-Za-z0-9_]{0,255}$/, "the name of an environment variable"],
};

const WORDS: Readonly<Record<Place, string>> = {
  ssmParameter: "the SSM parameter",
  secretId: "the Secrets Manager secret",
  file: "the file",
  environment: "the environment variable",
};

const EXPECTED =
  "expected an object with exactly one of ssmParameter, secretId, file, environment, and a string as its value";
/** A pasted key has been exposed: in the shell's history, the configuration's repository, this machine's backups. */
export const PASTED =
  "give the place where the key is stored, and replace the key itself, because it has been exposed here";

/**
 * The reference in a configuration value.
 *
 * @param setting the setting's name, for the message
 * @throws if the value is not a reference; a key that was pasted by mistake is not quoted
 */
export function parseKeyReference(value: unknown, setting: string): KeyReference {
  if (!isRecord(value)) {
    throw new Error(
      `'${setting}' ${isPasted(value) ? `contains a private key: ${PASTED}` : `is ${kindOf(value)}: ${EXPECTED}`}`,
    );
  }
  const members = Object.keys(value);
  const place = PLACES.find((name) => name in value);
  if (place === undefined || members.length !== 1) {
    throw new Error(`'${setting}' has the members ${members.map(shownText).join(", ") || "''"}: ${EXPECTED}`);
  }
  return { [place]: checkedName(place, value[place], setting) } as unknown as KeyReference;
}

function checkedName(place: Place, name: unknown, setting: string): string {
  if (typeof name !== "string" || name.trim() === "") {
    throw new Error(`'${setting}.${place}' is ${kindOf(name)}: ${EXPECTED}`);
  }
  if (holdsKey(name)) throw new Error(`'${setting}.${place}' contains a private key: ${PASTED}`);
  const [pattern, expected] = NAMES[place];
  if (!pattern.test(name)) throw new Error(`'${setting}.${place}' is ${shownText(name)}: expected ${expected}`);
  return name;
}

function isPasted(value: unknown): boolean {
  return typeof value === "string" && holdsKey(value);
}

/** Description of a reference, for messages. */
export function describeKeyReference(reference: KeyReference): string {
  const [[place, name]] = Object.entries(reference) as [[Place, string]];
  return `${WORDS[place]} ${shownText(name)}`;
}

/** A key that is stored in AWS, where anything with an IAM role can read it. */
export interface StoredKey {
  readonly source: "ssm" | "secretsmanager";
  /** Name or ARN. */
  readonly id: string;
}

/** Where in AWS a key is stored; undefined if it is stored on this machine. */
export function storedInAws(reference: KeyReference): StoredKey | undefined {
  if ("ssmParameter" in reference) return { source: "ssm", id: reference.ssmParameter };
  return "secretId" in reference ? { source: "secretsmanager", id: reference.secretId } : undefined;
}

/** Its ARN, unless the id is already one. @param ending of a secret's ARN, whose last six characters only AWS knows */
export function arnOfStored<T>({ source, id }: StoredKey, ending: string, arn: (resource: string) => T): T | string {
  if (id.startsWith("arn:")) return id;
  return arn(source === "ssm" ? `parameter/${id.replace(/^\//, "")}` : `secret:${id}-${ending}`);
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
