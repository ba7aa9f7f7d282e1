/** Where the first boot reads something with the instance's own role. */
export interface StoredSecret {
  /** For people, as "the validator key". */
  readonly what: string;
  readonly source: "ssm" | "secretsmanager";
  /** Name or ARN. */
  readonly id: string;
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
    ...(answersHook ? [{ actions, resource, why: "completes the launch hook" }] : []),
  ];
}

type Place = Pick<BootPlace, "partition" | "region" | "accountId">;

function readNeeds({ what, kmsKeyArn, ...stored }: StoredSecret, place: Place): BootNeed[] {
  const read = { actions: [READ[stored.source]], resource: secretArn(stored, place), why: `reads ${what}` };
  if (!kmsKeyArn) return [read];
  return [read, { actions: ["kms:Decrypt"], resource: kmsKeyArn, why: `decrypts ${what}` }];
}

const READ = { ssm: "ssm:GetParameter", secretsmanager: "secretsmanager:GetSecretValue" } as const;

/** What reads a key, on which resource. */
export function keyReading(stored: Pick<StoredSecret, "source" | "id">, place: Place): Omit<BootNeed, "why"> {
  return { actions: [READ[stored.source]], resource: secretArn(stored, place) };
}

function secretArn({ source, id }: Pick<StoredSecret, "source" | "id">, place: Place): string {
  if (id.startsWith("arn:")) return id;
  if (source === "ssm") return arnIn(place, "ssm", `parameter/${id.replace(/^\//, "")}`);
  return arnIn(place, "secretsmanager", `secret:${id}-${SOME_ENDING}`);
}

function arnIn({ partition, region, accountId }: Place, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}
