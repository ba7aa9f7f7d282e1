import { isRegion } from "../../aws/region";
import { isRecord } from "../../chef/json";
import type { KeyReference } from "../../chef/keys/key-reference";
import { chefIssues } from "./chef-issues";
import { type Fields, fields, matching, optional, type SpecIssue, unless } from "./fields";
import { imageIssues } from "./image-issues";

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
  /** Bakes on spot capacity. @default false */
  readonly spot?: boolean;
  /** Reaches the instance through AWS's Session Manager. @default false */
  readonly sessionManager?: boolean;
  /** More tags of the image. */
  readonly tags: Readonly<Record<string, string>>;
  /** Folders copied to the instance before it converges: absolute folder there → folder here. @default none */
  readonly files?: Readonly<Record<string, string>>;
  /** Bakes although an image of the same address is there; any text, a new one for each time. @default no */
  readonly rebake?: string;
  /** Encrypts the image's volumes. @default as the base image is */
  readonly encryption?: { readonly kmsKeyArn?: string };
  /** Of the bake's instance and of the image. @default as the base image has it */
  readonly rootVolume?: { readonly sizeGib?: number; readonly kind?: "gp2" | "gp3" };
  /** Regions the image is copied to, each with the KMS key that encrypts the copy there. @default none */
  readonly copies?: Readonly<Record<string, { readonly kmsKeyArn?: string }>>;
  /** Accounts, organizations and their units that may start instances from the image. @default none */
  readonly shareWith?: readonly string[];
  /** Refuses to deregister the image until the protection is lifted. @default false */
  readonly protectImage?: boolean;
  /** When the image is deprecated: at a time, or so many days after it was made. @default never */
  readonly deprecation?: { readonly at?: string; readonly afterDays?: number };
  /** Which of this stack's earlier images of this name stay. @default all */
  readonly keep?: { readonly count?: number; readonly days?: number };
  /** Bakes an S3-backed image instead of an EBS-backed one. @default EBS */
  readonly instanceStore?: InstanceStore;
  readonly chef: BakeChef;
}

/** What the image's root volume is. */
export function rootDeviceOf({ instanceStore }: Pick<BakeSpec, "instanceStore">): "ebs" | "instance-store" {
  return instanceStore ? "instance-store" : "ebs";
}

/** What bundling an S3-backed image needs. @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/instance */
export interface InstanceStore {
  /** Account that owns the image. */
  readonly accountId: string;
  /** Bucket that the image's bundle is uploaded to. */
  readonly s3Bucket: string;
  /** Certificate registered with the account, a file of this machine. */
  readonly x509CertificateFile: string;
  /** Its private key, a file of this machine. */
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
  /** How long one run of the client may take. @default 3600 */
  readonly convergeTimeoutSeconds?: number;
  readonly caPem?: string;
  /** Of the Chef client: `18`, `18.5` or `18.5.0`. @default that of the base image; where it has none, the Cinc Client that scripts/install-chef.sh names */
  readonly clientVersion?: string;
  /** Package that is installed instead of what Cinc's installer finds. @default none */
  readonly clientPackage?: { readonly url: string; readonly sha256: string };
  /** Accepts the license of Chef Infra Client. @default not accepted; Cinc Client asks for none */
  readonly license?: "accept" | "accept-silent" | "accept-no-persist";
  /** Variables that name the way out, such as HTTPS_PROXY. @default none */
  readonly proxies?: Readonly<Record<string, string>>;
  /** Where the secret of encrypted data bags is kept; the instance reads it. @default none */
  readonly dataBagSecret?: KeyReference;
  /** Registers the bake's node. A key that is kept on this machine is uploaded to the instance's memory for that time. */
  readonly validator: BakeIdentity;
  /** Removes the bake's node and client afterwards. */
  readonly operator: BakeIdentity;
}

/**
 * The spec in JSON text, checked.
 * @param text value of BAKE_SPEC
 * @throws one error that lists every mistake
 */
export function parseSpec(text: string | undefined): BakeSpec {
  const spec = parseJson(text);
  const issues = specIssues(spec);
  const said = issues.map(({ property, says }) => `'${property}' ${says}`);
  if (said.length > 0) throw new Error(`'BAKE_SPEC' cannot be used: ${said.join("; ")}`);
  // Every member has just been looked at, one by one
  return spec as unknown as BakeSpec;
}

/** All that is wrong with a spec. */
export function specIssues(spec: Fields): SpecIssue[] {
  return [...topIssues(spec), ...chefIssues(fields(spec.chef))];
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

function topIssues(spec: Fields): SpecIssue[] {
  return [
    ...matching(spec, "name", /^[A-Za-z0-9_.-]{1,80}$/, "1 to 80 of A-Z a-z 0-9 _ . -"),
    ...unless(isRegion(spec.region), "region", spec.region, "an AWS region as 'eu-central-1'"),
    ...matching(spec, "architecture", /^(x86_64|arm64)$/, "'x86_64' or 'arm64'"),
    ...matching(spec, "baseImageId", /^ami-[0-9a-f]+$/, "an image id as 'ami-0abc'"),
    ...matching(spec, "sshUsername", /^[a-z_][a-z0-9_-]*$/, "a Linux user's name"),
    ...optional(spec, "subnetId", "string"),
    ...optional(spec, "instanceProfile", "string"),
    ...optional(spec, "associatePublicIpAddress", "boolean"),
    ...optional(spec, "sessionManager", "boolean"),
    ...optional(spec, "spot", "boolean"),
    ...cidrIssues(spec.sshSourceCidrs),
    ...imageIssues(spec),
    ...tagIssues(spec.tags),
  ];
}

function cidrIssues(cidrs: unknown): SpecIssue[] {
  const right = cidrs === undefined || (Array.isArray(cidrs) && cidrs.every((cidr) => /^[0-9a-f.:]+\/\d+$/.test(cidr)));
  return unless(right, "sshSourceCidrs", cidrs, "a list of address blocks as '203.0.113.7/32'");
}

function tagIssues(tags: unknown): SpecIssue[] {
  const right = isRecord(tags) && Object.values(tags).every((value) => typeof value === "string");
  return unless(right, "tags", tags, "an object of texts");
}
