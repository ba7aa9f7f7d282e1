import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { builtFile } from "../built-code/built-file";
import { ServiceRole } from "../iam/service-role";
import { merge } from "../pass-through/merge";
import type { ReaperFunctionArgs } from "./reaper-function";
import { JOIN_VPC } from "./reaper-network";
import { writeLog } from "./reaper-statements";

/** Settings that a reaper's functions share. */
export interface SharedSettings {
  readonly args: ReaperFunctionArgs;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** For the VPC in `args`, if any. */
  readonly securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Settings of a single function. */
export interface FunctionSettings {
  /** Its resources, as `passOn` names them. */
  readonly resources: {
    readonly lambda: "function" | "reconcileFunction";
    readonly role: "reaperRole" | "reconcileRole";
    readonly logGroup: "logGroup" | "reconcileLogGroup";
  };
  readonly description: string;
  readonly memorySize: number;
  readonly timeout: number;
  readonly reservedConcurrentExecutions?: number;
  readonly functionName: string;
  readonly roleName: string;
  readonly logName: string;
  readonly logPrefix: string;
  /** Its permissions, in addition to writing its log, joining its VPC, and those of the user's own targets. */
  readonly statements: readonly aws.iam.PolicyStatement[];
  readonly variables?: Readonly<Record<string, pulumi.Input<string>>>;
}

export interface DeployedFunction {
  readonly lambda: aws.lambda.Function;
  readonly logGroup: aws.cloudwatch.LogGroup;
}

/** One of a reaper's functions, with its own role and log group. */
export function deployFunction(
  { args, environment, securityGroupIds }: SharedSettings,
  {
    resources,
    functionName,
    roleName,
    logName,
    logPrefix,
    statements,
    variables,
    description,
    ...own
  }: FunctionSettings,
  parent: pulumi.Resource,
): DeployedFunction {
  const logGroup = merge(
    resources.logGroup,
    { namePrefix: logPrefix, retentionInDays: args.logRetentionDays ?? 30 },
    args.passOn?.[resources.logGroup],
    (merged) => new aws.cloudwatch.LogGroup(logName, merged, { parent }),
  );
  const role = new ServiceRole(
    roleName,
    {
      service: "lambda.amazonaws.com",
      statements: [...statements, writeLog(logGroup.arn), ...(args.vpc ? [JOIN_VPC] : []), ...(args.statements ?? [])],
      permissionsBoundary: args.permissionsBoundary,
      passOn: { role: args.passOn?.[resources.role] },
    },
    { parent },
  );
  const lambda = merge(
    resources.lambda,
    {
      ...own,
      description: shortened(description),
      code: args.code ?? ownCode(),
      handler: "index.handler",
      runtime: "nodejs22.x",
      role: role.arn,
      vpcConfig: args.vpc && securityGroupIds && { subnetIds: args.vpc.subnetIds, securityGroupIds },
      loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
      environment: { variables: { ...environment, ...variables, ...args.environment } },
    },
    args.passOn?.[resources.lambda],
    (merged) => new aws.lambda.Function(functionName, merged, { parent }),
  );
  return { lambda, logGroup };
}

function ownCode(): pulumi.asset.Archive {
  return new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset(builtFile("lambda/reaper.js")) });
}

/** Lambda accepts descriptions of up to 256 characters. */
function shortened(description: string): string {
  return description.length <= 256 ? description : `${description.slice(0, 255)}…`;
}
