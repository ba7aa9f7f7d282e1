import { isRegion } from "../../aws/region";
import type { KeyReference } from "../../chef/keys/key-reference";
import { isRecord } from "../../common/json";
import { chefIssues } from "./chef-issues";
import { type Fields, fields, isCount, matching, optional, type SpecIssue, unless } from "./fields";
import { imageIssues } from "./image-issues";

/** A Chef client or user, and the place of its key. */
export interface BakeIdentity {
  readonly name: string;
  readonly key: KeyReference;
}

/** The specification of a bake. It contains no secrets, so that it may be stored in state and environment. */
export interface BakeSpec {
  /** Prefix of the image's name; the bake's Chef node is named `bake-<name>-<8 hex>`. */
  readonly name: string;
  readonly region: string;
  readonly architecture: "x86_64" | "arm64";
  readonly baseImageId: string;
  readonly sshUsername: string;
  /** @default the default VPC's */
  readonly subnetId?: string;
  /** Its role reads the validator's key. @default none, for a base image with its own credentials */
  readonly instanceProfile?: string;
  /** @default the subnet's setting */
  readonly associatePublicIpAddress?: boolean;
  /** CIDR blocks that may connect to the bake's instance by SSH. @default see ssh_source_cidrs in template/variables.pkr.hcl */
  readonly sshSourceCidrs?: readonly string[];
  /** Bakes on spot capacity. @default false */
  readonly spot?: boolean;
  /** Whether Packer connects through SSM Session Manager. @default false */
  readonly sessionManager?: boolean;
  /** How long Packer tries to log in. @default 5, or 30 on bare metal */
  readonly sshTimeoutMinutes?: number;
  /** Additional tags of the image. */
  readonly tags: Readonly<Record<string, string>>;
  /** Folders that are copied to the instance before it converges: absolute folder on the instance → local folder. @default none */
  readonly files?: Readonly<Record<string, string>>;
  /** Bakes even if an image with the same fingerprint exists; any text, a new one each time. @default no */
  readonly rebake?: string;
  /** Encrypts the image's volumes. @default as the base image */
  readonly encryption?: { readonly kmsKeyArn?: string };
  /** Of the bake's instance and of the image. @default as the base image */
  readonly rootVolume?: { readonly sizeGib?: number; readonly kind?: "gp2" | "gp3" };
  /** Regions to which the image is copied, each with the KMS key for the copy there. @default none */
  readonly copies?: Readonly<Record<string, { readonly kmsKeyArn?: string }>>;
  /** Accounts, organizations and organizational units that may launch instances from the image. @default none */
  readonly shareWith?: readonly string[];
  /** Whether the image is protected from deregistration. @default false */
  readonly protectImage?: boolean;
  /** When the image is deprecated: at a time, or a number of days after its creation. @default never */
  readonly deprecation?: { readonly at?: string; readonly afterDays?: number };
  /** Which earlier images of this name and stack are kept. @default all */
  readonly keep?: { readonly count?: number; readonly days?: number };
  /** Bakes an S3-backed image instead of an EBS-backed one. @default EBS */
  readonly instanceStore?: InstanceStore;
  readonly chef: BakeChef;
}

/** The kind of the image's root volume. */
export function rootDeviceOf({ instanceStore }: Pick<BakeSpec, "instanceStore">): "ebs" | "instance-store" {
  return instanceStore ? "instance-store" : "ebs";
}

/**
 * What bundling an S3-backed image needs.
 *
 * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/instance
 */
export interface InstanceStore {
  /** Account that owns the image. */
  readonly accountId: string;
  /** Bucket to which the image's bundle is uploaded. */
  readonly s3Bucket: string;
  /** Certificate that is registered with the account, a local file. */
  readonly x509CertificateFile: string;
  /** Its private key, a local file. */
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
  /** Maximum duration of one run of the client, in seconds. @default 3600 */
  readonly convergeTimeoutSeconds?: number;
  readonly caPem?: string;
  /**
   * Version of the Chef client: `18`, `18.5` or `18.5.0`. @default that of the base image, otherwise the Cinc Client version in
   * scripts/install-chef.sh
   */
  readonly clientVersion?: string;
  /** Package that is installed instead of the one that Cinc's installer finds. @default none */
  readonly clientPackage?: { readonly url: string; readonly sha256: string };
  /** Accepts the license of Chef Infra Client. @default not accepted; Cinc Client needs none */
  readonly license?: "accept" | "accept-silent" | "accept-no-persist";
  /** Environment variables for the proxy, such as HTTPS_PROXY. @default none */
  readonly proxies?: Readonly<Record<string, string>>;
  /** Place of the secret of encrypted data bags; the instance reads it. @default none */
  readonly dataBagSecret?: KeyReference;
  /** Client that registers the bake's node. A key on this machine is uploaded to the instance's memory for the bake. */
  readonly validator: BakeIdentity;
  /** Client that removes the bake's node and client afterwards. */
  readonly operator: BakeIdentity;
}

/**
 * The spec from JSON text, validated.
 *
 * @param text value of BAKE_SPEC
 * @throws one error that lists all mistakes
 */
export function parseSpec(text: string | undefined): BakeSpec {
  const spec = parseJson(text);
  const issues = specIssues(spec);
  const said = issues.map(({ property, says }) => `'${property}' ${says}`);
  if (said.length > 0) throw new Error(`'BAKE_SPEC' cannot be used: ${said.join("; ")}`);
  // Every member has just been checked
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
    throw new Error(`'BAKE_SPEC' is not JSON: ${(error as Error).message}; the Pulumi program sets it`);
  }
}

/** Half of the time that a whole bake may take by default. */
const MOST_SSH_MINUTES = 120;

function topIssues(spec: Fields): SpecIssue[] {
  return [
    ...matching(spec, "name", /^[A-Za-z0-9_.-]{1,80}$/, "1 to 80 of A-Z a-z 0-9 _ . -"),
    ...unless(isRegion(spec.region), "region", spec.region, "an AWS region such as 'eu-central-1'"),
    ...matching(spec, "architecture", /^(x86_64|arm64)$/, "'x86_64' or 'arm64'"),
    ...matching(spec, "baseImageId", /^ami-[0-9a-f]+$/, "an image id such as 'ami-0abc'"),
    ...matching(spec, "sshUsername", /^[a-z_][a-z0-9_-]*$/, "a Linux user's name"),
    ...optional(spec, "subnetId", "string"),
    ...optional(spec, "instanceProfile", "string"),
    ...optional(spec, "associatePublicIpAddress", "boolean"),
    ...optional(spec, "sessionManager", "boolean"),
    ...optional(spec, "spot", "boolean"),
    ...unless(
      isCount(spec.sshTimeoutMinutes, 1, MOST_SSH_MINUTES),
      "sshTimeoutMinutes",
      spec.sshTimeoutMinutes,
      `a whole number of minutes from 1 to ${MOST_SSH_MINUTES}`,
    ),
    ...cidrIssues(spec.sshSourceCidrs),
    ...imageIssues(spec),
    ...tagIssues(spec.tags),
  ];
}

function cidrIssues(cidrs: unknown): SpecIssue[] {
  const right = cidrs === undefined || (Array.isArray(cidrs) && cidrs.every((cidr) => /^[0-9a-f.:]+\/\d+$/.test(cidr)));
  return unless(right, "sshSourceCidrs", cidrs, "a list of CIDR blocks such as '203.0.113.7/32'");
}

function tagIssues(tags: unknown): SpecIssue[] {
  const right = isRecord(tags) && Object.values(tags).every((value) => typeof value === "string");
  if (!right) return unless(right, "tags", tags, "an object of strings");
  const evaluated = Object.entries(tags)
    .flat()
    .some((text) => String(text).includes("{{"));
  return unless(!evaluated, "tags", tags, "no '{{', which Packer would evaluate");
}
