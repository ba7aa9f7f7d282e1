import { type KeyReference, parseKeyReference } from "../components/keys";

/** A Chef client or user, and where its key is kept. */
export interface BakeIdentity {
  readonly name: string;
  readonly key: KeyReference;
}

/** What an image is baked from and how. Holds no secret, so that it may stand in state and environment. */
export interface BakeSpec {
  /** Begins the image's name; the bake's Chef node is called `bake-<name>-<8 hex>`. */
  readonly name: string;
  readonly region: string;
  readonly architecture: "x86_64" | "arm64";
  readonly baseImageId: string;
  readonly sshUsername: string;
  /** @default the default VPC's */
  readonly subnetId?: string;
  /** Its role reads the validator's key. @default none, for a base image with credentials of its own */
  readonly instanceProfile?: string;
  /** @default what the subnet says */
  readonly associatePublicIpAddress?: boolean;
  /** More tags of the image. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether `pulumi destroy` leaves the image. */
  readonly keepOnDestroy: boolean;
  readonly chef: BakeChef;
}

/** The Chef server, and what the bake's node converges to. */
export interface BakeChef {
  readonly serverUrl: string;
  readonly runList: readonly string[];
  readonly environment?: string;
  readonly policyName?: string;
  readonly policyGroup?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly caPem?: string;
  /** Registers the bake's node; its key is read on the instance, so only SSM or Secrets Manager will do. */
  readonly validator: BakeIdentity;
  /** Removes the bake's node and client afterwards. */
  readonly operator: BakeIdentity;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The spec in JSON text, checked.
 * @param text value of BAKE_SPEC
 * @throws one error that lists every mistake
 */
export function parseSpec(text: string | undefined): BakeSpec {
  const spec = parseJson(text);
  const mistakes = [...topMistakes(spec), ...chefMistakes(fields(spec.chef))];
  if (mistakes.length > 0) throw new Error(`'BAKE_SPEC' cannot be used: ${mistakes.join("; ")}`);
  // Every member has just been looked at, one by one
  return spec as unknown as BakeSpec;
}

function parseJson(text: string | undefined): Fields {
  if (!text) {
    throw new Error("'BAKE_SPEC' is empty or missing; the Pulumi program sets it, `pulumi up` runs this command");
  }
  try {
    return fields(JSON.parse(text));
  } catch (error) {
    throw new Error(`'BAKE_SPEC' is no JSON: ${(error as Error).message}; the Pulumi program sets it`);
  }
}

function topMistakes(spec: Fields): string[] {
  return [
    ...matching(spec, "name", /^[A-Za-z0-9_.-]{1,80}$/, "1 to 80 of A-Z a-z 0-9 _ . -"),
    ...matching(spec, "region", /^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region as 'eu-central-1'"),
    ...matching(spec, "architecture", /^(x86_64|arm64)$/, "'x86_64' or 'arm64'"),
    ...matching(spec, "baseImageId", /^ami-[0-9a-f]+$/, "an image id as 'ami-0abc'"),
    ...matching(spec, "sshUsername", /^[a-z_][a-z0-9_-]*$/, "a Linux user's name"),
    ...optional(spec, "subnetId", "string"),
    ...optional(spec, "instanceProfile", "string"),
    ...optional(spec, "associatePublicIpAddress", "boolean"),
    ...(typeof spec.keepOnDestroy === "boolean" ? [] : [mistake("keepOnDestroy", spec.keepOnDestroy, "true or false")]),
    ...tagMistakes(spec.tags),
  ];
}

function chefMistakes(chef: Fields): string[] {
  const { runList, policyName, policyGroup } = chef;
  const texts = Array.isArray(runList) && runList.every((item) => typeof item === "string");
  const mistakes = [
    ...matching(chef, "serverUrl", /^https?:\/\/\S+$/, "https://HOST[:PORT][/organizations/NAME]", "chef."),
    ...(texts ? [] : [mistake("chef.runList", runList, "a list of texts as 'recipe[base]'")]),
    ...["environment", "policyName", "policyGroup", "caPem"].flatMap((name) => optional(chef, name, "string", "chef.")),
    ...optional(chef, "attributes", "object", "chef."),
    ...identityMistakes(chef.validator, "chef.validator", ["ssmParameter", "secretId"]),
    ...identityMistakes(chef.operator, "chef.operator"),
  ];
  if (Boolean(policyName) !== Boolean(policyGroup)) {
    mistakes.push("'chef.policyName' and 'chef.policyGroup' belong together, got one of them; give both or neither");
  }
  if (policyName && (chef.environment || (texts && runList.length > 0))) {
    mistakes.push(
      "'chef.policyName' brings run list and environment along; leave 'chef.runList' and 'chef.environment' out",
    );
  }
  return mistakes;
}

function tagMistakes(tags: unknown): string[] {
  const right = isFields(tags) && Object.values(tags).every((value) => typeof value === "string");
  return right ? [] : [mistake("tags", tags, "an object of texts")];
}

function identityMistakes(value: unknown, setting: string, places?: readonly string[]): string[] {
  const identity = fields(value);
  const mistakes = matching(identity, "name", /^[A-Za-z0-9_.-]+$/, "the name of a Chef client", `${setting}.`);
  try {
    const [place = ""] = Object.keys(parseKeyReference(identity.key, `${setting}.key`));
    if (places && !places.includes(place)) {
      mistakes.push(
        `'${setting}.key' is kept in '${place}', which the bake's instance cannot read; use ${places.join(" or ")}`,
      );
    }
  } catch (error) {
    mistakes.push((error as Error).message);
  }
  return mistakes;
}

function matching(from: Fields, name: string, pattern: RegExp, expected: string, prefix = ""): string[] {
  const value = from[name];
  return typeof value === "string" && pattern.test(value) ? [] : [mistake(prefix + name, value, expected)];
}

function optional(from: Fields, name: string, type: "string" | "boolean" | "object", prefix = ""): string[] {
  const value = from[name];
  const right = value === undefined || (type === "object" ? isFields(value) : typeof value === type);
  return right ? [] : [mistake(prefix + name, value, `a ${type} or nothing`)];
}

function mistake(setting: string, value: unknown, expected: string): string {
  const got = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
  return `'${setting}' ${got}, expected ${expected}`;
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
