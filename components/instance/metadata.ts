import type { ValidationIssue } from "../validation/issues";

/** What of the metadata service may be chosen. */
export interface InstanceMetadata {
  /**
   * How far an answer travels, 1 to 64. With 1 containers that have a network of their own get none, and so neither the instance's role: 2 lets
   * them have both. @default 1
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
   */
  readonly hopLimit?: number;
  /** Whether the instance's tags can be read there; keys of tags then hold no blanks and no slashes. Needs a launch template. @default false */
  readonly tags?: boolean;
  /** Whether the service answers at its IPv6 address besides. Needs a launch template. @default false */
  readonly ipv6?: boolean;
}

/** What both kinds of launch source take. */
export function metadataOptions({ hopLimit = 1 }: InstanceMetadata = {}) {
  return { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: hopLimit };
}

/** What a launch template takes besides. */
export function metadataExtras({ tags, ipv6 }: InstanceMetadata = {}) {
  return { ...(tags && { instanceMetadataTags: "enabled" }), ...(ipv6 && { httpProtocolIpv6: "enabled" }) };
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html, restrictions */
const TAG_IN_METADATA = /^(?!\.{1,2}$|_index$)[A-Za-z0-9+=.,_:@-]+$/;

interface Beside {
  readonly launch?: "template" | "configuration";
  readonly tags?: Readonly<Record<string, unknown>>;
  /** Who gave the tags. @default "tags" */
  readonly from?: string;
}

export function metadataIssues(
  metadata: InstanceMetadata = {},
  { launch, tags = {}, from = "tags" }: Beside,
): ValidationIssue[] {
  const { hopLimit } = metadata;
  const wrong: ValidationIssue[] = [];
  if (hopLimit !== undefined && !(Number.isInteger(hopLimit) && hopLimit >= 1 && hopLimit <= 64)) {
    const fix = "leave it out, or take 2 for containers with a network of their own";
    wrong.push({ property: "instance.metadata.hopLimit", value: hopLimit, expected: "1 to 64", fix });
  }
  for (const name of ["tags", "ipv6"] as const) {
    if (launch !== "configuration" || !metadata[name]) continue;
    const expected = "nothing that a launch configuration cannot say";
    const fix = "leave 'launch' out, or set it to \"template\"";
    wrong.push({ property: `instance.metadata.${name}`, value: true, expected, fix });
  }
  const unreadable = metadata.tags ? Object.keys(tags).filter((key) => !TAG_IN_METADATA.test(key)) : [];
  if (unreadable.length === 0) return wrong;
  const expected = "keys of letters, digits and + - = . , _ : @ alone beside 'instance.metadata.tags'";
  return [
    ...wrong,
    { property: from, value: unreadable, expected, fix: "rename them, or leave the tags out of the metadata" },
  ];
}
