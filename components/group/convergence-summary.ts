import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { convergeScript } from "../../packer";
import type { ChefConvergence } from "./user-data";

/** EC2 takes no longer description of a launch template's version. */
const LONGEST = 255;
const LONGEST_RUN_LIST = 160;

/**
 * What an instance converges to, in the words that stand beside a launch template: of the user data itself a preview shows only two
 * rows of base64. Attributes are told by a digest, secret ones not at all.
 */
export function convergenceSummary(args: ChefConvergence): pulumi.Output<string> {
  const attributes = pulumi.output(args.attributes);
  const summary = pulumi
    .all([attributes, pulumi.isSecret(attributes)])
    .apply(([known, secret]) => summaryOf(args, secret ? "secret attributes" : attributesInWords(known)));
  return pulumi.unsecret(summary);
}

function summaryOf(args: ChefConvergence, attributes: string): string {
  const { policyName, policyGroup, environment } = args;
  const what = policyName ? `policy ${policyName} of ${policyGroup}` : runListInWords(args);
  const where = environment ? ` in ${environment}` : "";
  return `${what}${where}; ${attributes}; first boot ${digest(convergeScript())}`.slice(0, LONGEST);
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
