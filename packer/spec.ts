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
  /** Who may reach the bake's instance by SSH. @default see ssh_source_cidrs in template/variables.pkr.hcl */
  readonly sshSourceCidrs?: readonly string[];
  /** More tags of the image. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether `pulumi destroy` leaves the image. */
  readonly keepOnDestroy: boolean;
  /** Folders copied to the instance before it converges: absolute folder there → folder here. @default none */
  readonly files?: Readonly<Record<string, string>>;
  /** Bakes although an image of the same address is there; any text, a new one for each time. @default no */
  readonly rebake?: string;
  /** Encrypts the image's volumes. @default as the base image is */
  readonly encryption?: { readonly kmsKeyArn?: string };
  /** Regions the image is copied to, each with the KMS key that encrypts the copy there. @default none */
  readonly copies?: Readonly<Record<string, { readonly kmsKeyArn?: string }>>;
  /** Accounts that may start instances from the image. @default none */
  readonly shareWith?: readonly string[];
  /** Refuses to deregister the image until the protection is lifted. @default false */
  readonly protectImage?: boolean;
  /** Which of this stack's earlier images of this name stay. @default all */
  readonly keep?: { readonly count?: number; readonly days?: number };
  /** Bakes an S3-backed image instead of an EBS-backed one. @default EBS */
  readonly instanceStore?: InstanceStore;
  readonly chef: BakeChef;
}

/** What bundling an S3-backed image needs. @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/instance */
export interface InstanceStore {
  readonly accountId: string;
  readonly s3Bucket: string;
  /** Files of this machine: the certificate registered with the account, and its private key. */
  readonly x509CertificateFile: string;
  readonly x509KeyFile: string;
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
  /** Of Cinc Client, where the base image has no Chef client: `18`, `18.5` or `18.5.0`. @default 18 */
  readonly clientVersion?: string;
  /** Accepts the licence of Chef Infra Client. @default not accepted; Cinc Client asks for none */
  readonly license?: "accept" | "accept-silent" | "accept-no-persist";
  /** Registers the bake's node. A key that is kept on this machine is uploaded to the instance's memory for that time. */
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
    ...cidrMistakes(spec.sshSourceCidrs),
    ...imageMistakes(spec),
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
    ...["environment", "policyName", "policyGroup", "caPem", "clientVersion"].flatMap((name) =>
      optional(chef, name, "string", "chef."),
    ),
    ...(chef.license === undefined
      ? []
      : matching(chef, "license", /^accept(-silent|-no-persist)?$/, "'accept'", "chef.")),
    ...optional(chef, "attributes", "object", "chef."),
    ...identityMistakes(chef.validator, "chef.validator"),
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

function cidrMistakes(cidrs: unknown): string[] {
  const right = cidrs === undefined || (Array.isArray(cidrs) && cidrs.every((cidr) => /^[0-9a-f.:]+\/\d+$/.test(cidr)));
  return right ? [] : [mistake("sshSourceCidrs", cidrs, "a list of address blocks as '203.0.113.7/32'")];
}

/** What becomes of the image once it is made. */
function imageMistakes(spec: Fields): string[] {
  const { files, copies, shareWith, keep, encryption, instanceStore } = spec;
  const places = Object.entries(fields(files));
  const accounts = Array.isArray(shareWith) ? shareWith : [];
  const mistakes = [
    ...["files", "copies", "keep", "encryption", "instanceStore"].flatMap((name) => optional(spec, name, "object")),
    ...optional(spec, "rebake", "string"),
    ...optional(spec, "protectImage", "boolean"),
    ...places.flatMap(([place, folder]) =>
      isFilePlace(place, folder) ? [] : [mistake("files", { [place]: folder }, FILE_PLACE)],
    ),
    ...Object.keys(fields(copies)).flatMap((region) => copyMistakes(region, spec.region)),
    ...accounts.flatMap((account) =>
      /^\d{12}$/.test(account) ? [] : [mistake("shareWith", account, "an account's 12 digits")],
    ),
    ...Object.entries(fields(keep)).flatMap(([name, value]) =>
      ["count", "days"].includes(name) && Number.isInteger(value) && Number(value) >= 1
        ? []
        : [mistake(`keep.${name}`, value, "a whole number, 1 or more, of 'count' or 'days'")],
    ),
  ];
  if (accounts.length > 0 && encryption) mistakes.push(...sharedKeyMistakes(encryption, fields(copies)));
  if (instanceStore && (encryption || copies || keep)) {
    mistakes.push(
      "'instanceStore' makes an image that is not encrypted, copied or counted here; leave those settings out",
    );
  }
  return mistakes;
}

/** What AWS's own key encrypts cannot be shared, neither the image nor one of its copies. */
function sharedKeyMistakes(encryption: unknown, copies: Fields): string[] {
  const places = [
    ["encryption", encryption],
    ...Object.entries(copies).map(([region, it]) => [`copies.${region}`, it]),
  ];
  return places
    .filter(([, place]) => !fields(place).kmsKeyArn)
    .map(
      ([setting]) =>
        `'shareWith' cannot share what AWS's own key encrypts; give '${setting}.kmsKeyArn' and share it too`,
    );
}

const FILE_PLACE = "an absolute folder on the instance, below neither /etc/chef nor /dev, and a folder here";

function isFilePlace(place: string, folder: unknown): boolean {
  return (
    /^(\/[A-Za-z0-9_.-]+)+$/.test(place) &&
    !/^\/(etc\/chef|dev)(\/|$)|\/\.\.?(\/|$)/.test(place) &&
    typeof folder === "string"
  );
}

function copyMistakes(region: string, home: unknown): string[] {
  if (region === home) return [`'copies' names '${region}', where the image is baked; leave it out`];
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? [] : [mistake("copies", region, "AWS regions as 'eu-central-1'")];
}

function tagMistakes(tags: unknown): string[] {
  const right = isFields(tags) && Object.values(tags).every((value) => typeof value === "string");
  return right ? [] : [mistake("tags", tags, "an object of texts")];
}

function identityMistakes(value: unknown, setting: string): string[] {
  const identity = fields(value);
  const mistakes = matching(identity, "name", /^[A-Za-z0-9_.-]+$/, "the name of a Chef client", `${setting}.`);
  try {
    parseKeyReference(identity.key, `${setting}.key`);
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
