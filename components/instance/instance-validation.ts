import type { ChefConnection } from "../connection/chef-connection";
import type { ValidationIssue } from "../validation/issues";
import { isLater } from "../validation/outputs";
import { dataVolumeIssues } from "./data-volume";
import { egressIssues } from "./egress";
import type { Instance } from "./instance";
import { metadataIssues } from "./metadata";
import { operatorKeyIssues } from "./operator-key";
import { ownUserDataIssues } from "./own-user-data";

/** What else of the group's arguments decides about its instances. */
export interface Beside {
  readonly chef: Pick<ChefConnection, "operator" | "serverUrl" | "httpsProxy">;
  readonly securityGroupIds?: unknown;
  readonly tags?: Readonly<Record<string, unknown>>;
  readonly sessionManager?: boolean;
  readonly launch?: "template" | "configuration";
}

export function instanceIssues(instance: Instance | undefined, beside: Beside): ValidationIssue[] {
  if (!instance) return [];
  return [
    ...profileIssues(instance, beside),
    ...statementIssues(instance),
    ...sidIssues(instance),
    ...operatorKeyIssues(instance, beside.chef.operator),
    ...ownUserDataIssues(instance.userData),
    ...dataVolumeIssues(instance.volumes, beside.launch),
    ...metadataIssues(instance.metadata, beside),
    ...egressIssues(instance.egress, beside),
    ...ipv6Issues(instance.ipv6AddressCount, beside.launch),
  ];
}

/** As many as a network interface takes of the largest types. @see https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html */
const MOST_ADDRESSES = 50;

function ipv6Issues(value: number | undefined, launch: Beside["launch"]): ValidationIssue[] {
  const property = "instance.ipv6AddressCount";
  if (value === undefined) return [];
  if (!Number.isInteger(value) || value < 0 || value > MOST_ADDRESSES) {
    const fix = "1 is enough for most; how many a type takes is in AWS's list of types";
    return [{ property, value, expected: `0 to ${MOST_ADDRESSES}`, fix }];
  }
  if (launch !== "configuration" || value === 0) return [];
  const expected = "none with a launch configuration, which knows no IPv6";
  return [{ property, value, expected, fix: "leave 'launch' out, or set it to \"template\"" }];
}

/** Whether the team gives the role, so that the component makes none. */
export function hasGivenProfile(instance: Instance | undefined): boolean {
  return instance?.profileName !== undefined || instance?.profileArn !== undefined;
}

function profileIssues(instance: Instance, { sessionManager }: Beside): ValidationIssue[] {
  if (!hasGivenProfile(instance)) return [];
  const given = instance.profileName === undefined ? "profileArn" : "profileName";
  const expected = `nothing beside 'instance.${given}', whose role is yours`;
  const fix = "grant it to that role, or leave the profile out for a role that the group makes";
  const { profileArn, policyStatements, managedPolicyArns } = instance;
  const wrong: ValidationIssue[] = [];
  const refuse = (property: string, value: unknown) => wrong.push({ property, value, expected, fix });
  if (given === "profileName" && profileArn !== undefined) refuse("instance.profileArn", profileArn);
  if (policyStatements !== undefined) refuse("instance.policyStatements", policyStatements);
  if (managedPolicyArns !== undefined) refuse("instance.managedPolicyArns", managedPolicyArns);
  if (sessionManager) refuse("sessionManager", true);
  return wrong;
}

/** Names of the component's own statements in the same policy, where each name may stand once. */
const OWN_SIDS = [
  "ReadChefKey",
  "DecryptChefKey",
  "ReadDataBagSecret",
  "DecryptDataBagSecret",
  "AnswerLaunchHook",
  "TellOfItself",
  "OpenShell",
];

/** What a statement of a role's policy has. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
const ELEMENTS = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

function statementIssues({ policyStatements = [] }: Instance): ValidationIssue[] {
  return policyStatements.flatMap((one: unknown, index): ValidationIssue[] => {
    if (isLater(one)) return [];
    const property = `instance.policyStatements.${index}`;
    const fix = 'write a statement of IAM\'s, as {Effect: "Allow", Action: "s3:GetObject", Resource: "arn:…"}';
    const expected = `Effect "Allow" or "Deny", one of Action and NotAction, one of Resource and NotResource; besides Sid and Condition`;
    const wrong = { property, value: one, expected, fix };
    if (typeof one !== "object" || one === null || Array.isArray(one)) return [wrong];
    const has = (name: string) => (one as Record<string, unknown>)[name] !== undefined;
    const { Effect } = one as { readonly Effect?: unknown };
    const sound =
      (Effect === "Allow" || Effect === "Deny" || isLater(Effect)) &&
      has("Action") !== has("NotAction") &&
      has("Resource") !== has("NotResource") &&
      Object.keys(one).every((name) => ELEMENTS.includes(name));
    return sound ? [] : [wrong];
  });
}

function sidIssues({ policyStatements = [] }: Instance): ValidationIssue[] {
  const sids = policyStatements.map((one) => (isLater(one) ? undefined : one?.Sid));
  return sids.flatMap((Sid, index): ValidationIssue[] => {
    if (typeof Sid !== "string") return [];
    if (!OWN_SIDS.includes(Sid) && sids.indexOf(Sid) === index) return [];
    const property = `instance.policyStatements.${index}.Sid`;
    return [
      {
        property,
        value: Sid,
        expected: "a name that no other statement of the role has",
        fix: "choose another, or leave it out",
      },
    ];
  });
}
