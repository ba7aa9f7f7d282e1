import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { convergeScript } from "../../packer";
import { mountScript } from "../instance/data-volume";
import type { Instance } from "../instance/instance";
import type { KnownUserData } from "../instance/own-user-data";
import type { ChefConvergence } from "./user-data";

/** EC2's limit for the description of a launch template version. */
const LONGEST = 255;
const LONGEST_RUN_LIST = 160;

/**
 * What an instance converges to, in words, for the launch template's description. A preview shows the user data itself only as base64.
 * Attributes are included as a digest, secret ones not at all.
 */
export function convergenceSummary(args: Converging): pulumi.Output<string> {
  const attributes = pulumi.output(args.attributes);
  const own = ownUserData(args);
  const summary = pulumi
    .all([attributes, pulumi.isSecret(attributes), own, pulumi.isSecret(own)])
    .apply(([known, secret, parts, secretParts]) =>
      summaryOf(
        args,
        secret ? "secret attributes" : attributesInWords(known),
        secretParts ? "own" : partsInWords(parts),
      ),
    );
  return pulumi.unsecret(summary);
}

/** Volumes are mounted before the user's own scripts run. */
export function withMounts(instance: Instance | undefined): Instance | undefined {
  const mounting = mountScript(instance?.volumes);
  if (mounting === undefined) return instance;
  const { before = [], after } = instance?.userData ?? {};
  return { ...instance, userData: { before: [mounting, ...before], after } };
}

type Converging = ChefConvergence & { readonly instance?: Instance };

/** The user's own parts of the user data, once all of them are known. */
export function ownUserData({ instance }: Converging): pulumi.Output<KnownUserData> {
  const { before = [], after = [] } = withMounts(instance)?.userData ?? {};
  return pulumi
    .all([pulumi.all([...before]), pulumi.all([...after])])
    .apply(([first, last]) => ({ before: first, after: last }));
}

function partsInWords({ before, after }: KnownUserData): string {
  return before.length + after.length === 0 ? "" : `own ${digest(JSON.stringify([before, after]))}`;
}

function summaryOf(args: ChefConvergence, attributes: string, own: string): string {
  const { policyName, policyGroup, environment } = args;
  const what = policyName ? `policy ${policyName} of ${policyGroup}` : runListInWords(args);
  const where = environment ? ` in ${environment}` : "";
  return `${what}${where}; ${attributes}; ${own && `${own}; `}first boot ${digest(convergeScript())}`.slice(0, LONGEST);
}

function runListInWords({ runList = [] }: ChefConvergence): string {
  const list = runList.join(", ") || "no run list";
  return list.length <= LONGEST_RUN_LIST ? list : `${list.slice(0, LONGEST_RUN_LIST)}… (${digest(list)})`;
}

function attributesInWords(attributes: Readonly<Record<string, unknown>> | undefined): string {
  return attributes ? `attributes ${digest(JSON.stringify(attributes))}` : "no attributes";
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
