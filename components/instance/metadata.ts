import type { ValidationIssue } from "../validation/issues";

/** Settings of the instance metadata service. */
export interface InstanceMetadata {
  /**
   * Hop limit of responses, 1 to 64. With 1, containers with their own network cannot reach the metadata, and so cannot use the instance's
   * role; with 2 they can do both. @default 1
   *
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
   */
  readonly hopLimit?: number;
  /**
   * Whether the instance's tags can be read from the metadata; tag keys must not contain blanks or slashes then. Needs a launch template.
   * @default false
   */
  readonly tags?: boolean;
  /** Whether the service also listens at its IPv6 address. Needs a launch template. @default false */
  readonly ipv6?: boolean;
}

/** Settings of both launch templates and launch configurations. */
export function metadataOptions({ hopLimit = 1 }: InstanceMetadata = {}) {
  return { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: hopLimit };
}

/** Additional settings of launch templates. The provider turns nothing off that a program no longer mentions. */
export function metadataExtras({ tags = false, ipv6 = false }: InstanceMetadata = {}) {
  return { instanceMetadataTags: state(tags), httpProtocolIpv6: state(ipv6) };
}

function state(isOn: boolean) {
  return isOn ? "enabled" : "disabled";
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html, restrictions */
const TAG_IN_METADATA = /^(?!\.{1,2}$|_index$)[A-Za-z0-9+=.,_:@-]+$/;

interface Beside {
  readonly launch?: "template" | "configuration";
  readonly tags?: Readonly<Record<string, unknown>>;
  /** Where the tags were set. @default "tags" */
  readonly from?: string;
}

export function metadataIssues(
  metadata: InstanceMetadata = {},
  { launch, tags = {}, from = "tags" }: Beside,
): ValidationIssue[] {
  const { hopLimit } = metadata;
  const wrong: ValidationIssue[] = [];
  if (hopLimit !== undefined && !(Number.isInteger(hopLimit) && hopLimit >= 1 && hopLimit <= 64)) {
    const fix = "leave it out, or use 2 for containers with their own network";
    wrong.push({ property: "instance.metadata.hopLimit", value: hopLimit, expected: "1 to 64", fix });
  }
  for (const name of ["tags", "ipv6"] as const) {
    if (launch !== "configuration" || !metadata[name]) continue;
    const expected = "nothing that launch configurations do not support";
    const fix = "leave out 'launch', or set it to \"template\"";
    wrong.push({ property: `instance.metadata.${name}`, value: true, expected, fix });
  }
  const unreadable = metadata.tags ? Object.keys(tags).filter((key) => !TAG_IN_METADATA.test(key)) : [];
  if (unreadable.length === 0) return wrong;
  const expected = "keys of letters, digits and + - = . , _ : @ only, with 'instance.metadata.tags'";
  return [
    ...wrong,
    { property: from, value: unreadable, expected, fix: "rename them, or turn off 'instance.metadata.tags'" },
  ];
}
