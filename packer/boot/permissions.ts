import { arnOfStored, type StoredKey } from "../../chef/keys/key-reference";

/** Where the first boot reads something with the instance's own role. */
export interface StoredSecret extends StoredKey {
  /** For people, as "the validator key". */
  readonly what: string;
  /** Customer-managed key that encrypts it. @default none that is known */
  readonly kmsKeyArn?: string;
}

/** What converge.sh does in AWS, in one group. */
export interface BootPlace {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly groupName: string;
  /** Whether the instance answers its launch hook. */
  readonly answersHook: boolean;
  readonly secrets: readonly StoredSecret[];
}

/** Actions on one resource without which no instance goes into service. */
export interface BootNeed {
  readonly actions: readonly string[];
  /** A concrete ARN, as IAM's simulator wants it. */
  readonly resource: string;
  readonly why: string;
  /** Keys of conditions that the call meets, by their names. @default none that is known */
  readonly context?: Readonly<Record<string, string>>;
}

/** The ending of a secret's ARN is known to AWS alone. */
const SOME_ENDING = "AAAAAA";
const SOME_GROUP = "00000000-0000-0000-0000-000000000000";

/** All that an instance's role must allow for scripts/converge.sh to end well. */
export function bootNeeds({ answersHook, secrets, ...place }: BootPlace): BootNeed[] {
  const resource = arnIn(
    place,
    "autoscaling",
    `autoScalingGroup:${SOME_GROUP}:autoScalingGroupName/${place.groupName}`,
  );
  const actions = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"];
  return [
    ...secrets.flatMap((secret) => readNeeds(secret, place)),
    ...(answersHook ? [{ actions, resource, why: "answers the launch hook" }] : []),
  ];
}

type Place = Pick<BootPlace, "partition" | "region" | "accountId">;

/** What whoever reads something must be allowed. */
export function readNeeds({ what, kmsKeyArn, ...stored }: StoredSecret, place: Place): BootNeed[] {
  const read = { ...keyReading(stored, place), why: `reads ${what}` };
  if (!kmsKeyArn) return [read];
  const context = decryptionContext(stored, place);
  return [read, { actions: ["kms:Decrypt"], resource: kmsKeyArn, why: `decrypts ${what}`, context }];
}

/**
 * What KMS is told by the service that decrypts in the reader's name, as policies of teams ask for it.
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

/** What reads a key, on which resource. */
function keyReading(stored: StoredKey, place: Place): Omit<BootNeed, "why"> {
  return { actions: [READ[stored.source]], resource: secretArn(stored, place) };
}

function secretArn(stored: StoredKey, place: Place): string {
  return arnOfStored(stored, SOME_ENDING, (resource) => arnIn(place, stored.source, resource));
}

function arnIn({ partition, region, accountId }: Place, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}
