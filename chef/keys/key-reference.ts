import { isRecord } from "../json";
import { holdsKey, shownText } from "../key-material";

/**
 * Where a private key is kept. Arguments and settings hold the place, never the key: it is read where and when it is used.
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

/** What each place can be called. @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
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
  "expected an object with exactly one of ssmParameter, secretId, file, environment, and a text as its value";
/** Pasted once, it has been seen: by the shell's history, the configuration's repository, this machine's backups. */
export const PASTED =
  "give the place where the key is kept, and replace the key itself, which has been written down here";

/**
 * The reference in a value of configuration.
 * @param setting the setting's name, for the message
 * @throws when the value is no reference; what looks like a key pasted in by mistake is not quoted
 */
export function parseKeyReference(value: unknown, setting: string): KeyReference {
  if (!isRecord(value)) {
    throw new Error(
      `'${setting}' ${isPasted(value) ? `holds a private key: ${PASTED}` : `is ${kindOf(value)}: ${EXPECTED}`}`,
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
  if (holdsKey(name)) throw new Error(`'${setting}.${place}' holds a private key: ${PASTED}`);
  const [pattern, expected] = NAMES[place];
  if (!pattern.test(name)) throw new Error(`'${setting}.${place}' is ${shownText(name)}: expected ${expected}`);
  return name;
}

function isPasted(value: unknown): boolean {
  return typeof value === "string" && holdsKey(value);
}

/** A reference in words, for messages. */
export function describeKeyReference(reference: KeyReference): string {
  const [[place, name]] = Object.entries(reference) as [[Place, string]];
  return `${WORDS[place]} ${shownText(name)}`;
}

/** A key that AWS keeps, where whoever has a role of its own there can read it. */
export interface StoredKey {
  readonly source: "ssm" | "secretsmanager";
  /** Name or ARN. */
  readonly id: string;
}

/** Where AWS keeps a key; undefined where it is kept on this machine. */
export function storedInAws(reference: KeyReference): StoredKey | undefined {
  if ("ssmParameter" in reference) return { source: "ssm", id: reference.ssmParameter };
  return "secretId" in reference ? { source: "secretsmanager", id: reference.secretId } : undefined;
}

/** Its ARN, where that is no ARN already. @param ending of a secret's, of which AWS alone knows the last six characters */
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
