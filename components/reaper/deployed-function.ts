import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { builtFile } from "../built-code/built-file";
import { ServiceRole } from "../iam/service-role";
import type { ReaperFunctionArgs } from "./reaper-function";
import { JOIN_VPC } from "./reaper-network";
import { writeLog } from "./reaper-statements";

/** What a reaper's functions have in common. */
export interface SharedSettings {
  readonly args: ReaperFunctionArgs;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Of the VPC that `args` may name. */
  readonly securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
}

/** What one of them has for itself. */
export interface FunctionSettings {
  readonly description: string;
  readonly memorySize: number;
  readonly timeout: number;
  readonly reservedConcurrentExecutions?: number;
  readonly functionName: string;
  readonly roleName: string;
  readonly logName: string;
  readonly logPrefix: string;
  /** What it may do, beside writing its log, joining its VPC and what the targets of a team need. */
  readonly statements: readonly aws.iam.PolicyStatement[];
  readonly variables?: Readonly<Record<string, pulumi.Input<string>>>;
}

export interface DeployedFunction {
  readonly lambda: aws.lambda.Function;
  readonly logGroup: aws.cloudwatch.LogGroup;
}

/** One of a reaper's functions, with a role and a log of its own. */
export function deployFunction(
  { args, environment, securityGroupIds }: SharedSettings,
  { functionName, roleName, logName, logPrefix, statements, variables, description, ...own }: FunctionSettings,
  parent: pulumi.Resource,
): DeployedFunction {
  const logGroup = new aws.cloudwatch.LogGroup(
    logName,
    { namePrefix: logPrefix, retentionInDays: args.logRetentionDays ?? 30 },
    { parent },
  );
  const role = new ServiceRole(
    roleName,
    {
      service: "lambda.amazonaws.com",
      statements: [...statements, writeLog(logGroup.arn), ...(args.vpc ? [JOIN_VPC] : []), ...(args.statements ?? [])],
      permissionsBoundary: args.permissionsBoundary,
    },
    { parent },
  );
  const lambda = new aws.lambda.Function(
    functionName,
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
    { parent },
  );
  return { lambda, logGroup };
}

function ownCode(): pulumi.asset.Archive {
  return new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset(builtFile("lambda/reaper.js")) });
}

/** Lambda takes descriptions of 256 characters. */
function shortened(description: string): string {
  return description.length <= 256 ? description : `${description.slice(0, 255)}…`;
}
