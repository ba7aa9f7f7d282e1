import { TYPE } from "../../../policy/stack/types";
import type { Stack, Written } from "../stack";

export type Props = Readonly<Record<string, unknown>>;

/** A program in the style of other authors, and the correct findings in it. */
export interface OtherProgram {
  readonly stack: Stack;
  /** Mandatory findings. @default none */
  readonly stops?: readonly string[];
  /** Rules that must advise. @default any */
  readonly advises?: readonly string[];
  /** Rules that must not advise, if that is the point of the example. @default none */
  readonly keepsSilent?: readonly string[];
}

export const SUBNETS = ["subnet-1", "subnet-2"];
export const AL2023 = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

export const at = (region: string, written: Written): Written => ({ ...written, region });
export const res = (type: string, props: Props, from: Written["from"] = {}, more: Partial<Written> = {}): Written => ({
  type,
  props,
  from,
  ...more,
});
export const template = (props: Props, from: Written["from"] = {}): Written => res(TYPE.launchTemplate, props, from);
export const group = (props: Props, from: Written["from"] = { launchTemplate: "template" }): Written =>
  res(
    TYPE.group,
    {
      minSize: 1,
      maxSize: 3,
      vpcZoneIdentifiers: SUBNETS,
      launchTemplate: { id: "$unknown", version: "$Latest" },
      ...props,
    },
    from,
  );
export const script = (text: string) => Buffer.from(`#!/bin/bash\n${text}\n`).toString("base64");
export const document = (...statements: Props[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements.map((one) => ({ Effect: "Allow", ...one })) });
export const serviceRole = (service: string): Written =>
  res(TYPE.role, { assumeRolePolicy: document({ Action: "sts:AssumeRole", Principal: { Service: service } }) });
export const attachment = (policyArn: string): Written =>
  res(TYPE.rolePolicyAttachment, { role: "$unknown", policyArn }, { role: "role" });
export const command = (create: string, more: Props = {}, from: Written["from"] = {}): Written =>
  res(TYPE.command, { create, stdout: "$unknown", ...more }, from);
export const SSH_HOME = { protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["198.51.100.7/32"] };
