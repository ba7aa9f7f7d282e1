import { arnOfStored, type StoredKey } from "../../chef/keys/key-reference";

/** A secret that the first boot reads with the instance's own role. */
export interface StoredSecret extends StoredKey {
  /** For messages, such as "the validator key". */
  readonly what: string;
  /** Customer-managed key that encrypts it. @default none known */
  readonly kmsKeyArn?: string;
}

/** What converge.sh does in AWS, for one group. */
export interface BootPlace {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly groupName: string;
  /** Whether the instance completes its launch hook. */
  readonly answersHook: boolean;
  readonly secrets: readonly StoredSecret[];
}

/** Actions on one resource that every instance needs to go into service. */
export interface BootNeed {
  readonly actions: readonly string[];
  /** A concrete ARN, as IAM's simulator requires. */
  readonly resource: string;
  readonly why: string;
  /** Values of the call's condition keys, by name. @default none known */
  readonly context?: Readonly<Record<string, string>>;
}

/** The suffix of a secret's ARN is known only to AWS. */
const SOME_ENDING = "AAAAAA";
const SOME_GROUP = "00000000-0000-0000-0000-000000000000";

/** All permissions that scripts/converge.sh needs from an instance's role. */
export function bootNeeds({ answersHook, secrets, ...place }: BootPlace): BootNeed[] {
  const resource = arnIn(
    place,
    "autoscaling",
    `autoScalingGroup:${SOME_GROUP}:autoScalingGroupName/${place.groupName}`,
  );
  const actions = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"];
  return [
    ...secrets.flatMap((secret) => readNeeds(secret, place)),
    ...(answersHook ? [{ actions, resource, why: "completes the launch hook" }] : []),
  ];
}

type Place = Pick<BootPlace, "partition" | "region" | "accountId">;

/** The permissions to read a secret. */
export function readNeeds({ what, kmsKeyArn, ...stored }: StoredSecret, place: Place): BootNeed[] {
  const read = { ...keyReading(stored, place), why: `reads ${what}` };
  if (!kmsKeyArn) return [read];
  const context = decryptionContext(stored, place);
  return [read, { actions: ["kms:Decrypt"], resource: kmsKeyArn, why: `decrypts ${what}`, context }];
}

/**
 * The condition keys of the service that decrypts on the reader's behalf, as they are used in policies.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
function decryptionContext(stored: Pick<StoredSecret, "source" | "id">, place: Place): Record<string, string> {
  const name = stored.source === "ssm" ? "PARAMETER_ARN" : "SecretARN";
  const via = { "kms:ViaService": `${stored.source}.${place.region}.amazonaws.com` };
  return { ...via, [`kms:EncryptionContext:${name}`]: secretArn(stored, place) };
}

const READ = { ssm: "ssm:GetParameter", secretsmanager: "secretsmanager:GetSecretValue" } as const;

/** The action that reads a key, and its resource. */
function keyReading(stored: StoredKey, place: Place): Omit<BootNeed, "why"> {
  return { actions: [READ[stored.source]], resource: secretArn(stored, place) };
}

function secretArn(stored: StoredKey, place: Place): string {
  return arnOfStored(stored, SOME_ENDING, (resource) => arnIn(place, stored.source, resource));
}

function arnIn({ partition, region, accountId }: Place, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}
