import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { RECONCILE_EVENT } from "../../reaper/reconcile-event";
import { placeOf } from "../iam/key-access";
import { merge } from "../pass-through/merge";
import { deployFunction, type SharedSettings } from "./deployed-function";
import { reconcileStatements } from "./reaper-statements";

/**
 * Lambda's maximum.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const TIMEOUT_SECONDS = 900;
/** 100,000 names also fit into 256; but the CPU share grows with the memory, so a run takes half the time at the same price. */
const MEMORY_MIB = 512;
/** A run that has waited this long for free concurrency of the account is dropped and counted as dropped. */
const MOST_AGE_SECONDS = 900;

/**
 * The function that a schedule invokes to reconcile. A failed run is not retried, since the next run does the same.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 */
export function createReconcile(name: string, shared: SharedSettings, parent: pulumi.Resource): aws.lambda.Function {
  const { args } = shared;
  const { lambda } = deployFunction(
    shared,
    {
      resources: { lambda: "reconcileFunction", role: "reconcileRole", logGroup: "reconcileLogGroup" },
      functionName: `${name}-reconcile`,
      roleName: `${name}-reconcile`,
      logName: `${name}-reconcile-log`,
      logPrefix: `/aws/lambda/${name}-reconcile-`,
      description: `Removes Chef nodes and clients whose messages were lost, of ${args.groupNames.join(", ")}`,
      memorySize: MEMORY_MIB,
      timeout: TIMEOUT_SECONDS,
      statements: reconcileStatements(args, placeOf(parent)),
    },
    parent,
  );
  schedule(name, lambda, args, parent);
  return lambda;
}

/** The rule that invokes the function. */
function schedule(
  name: string,
  lambda: aws.lambda.Function,
  args: SharedSettings["args"],
  parent: pulumi.Resource,
): void {
  const once = merge(
    "reconcileInvokeConfig",
    { functionName: lambda.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: MOST_AGE_SECONDS },
    args.passOn?.reconcileInvokeConfig,
    (merged) => new aws.lambda.FunctionEventInvokeConfig(`${name}-reconcile`, merged, { parent }),
  );
  const { scheduleExpression = "rate(1 hour)" } = args.reconcile || {};
  const description = "Starts the reconcile, which removes nodes and clients whose messages were lost";
  const rule = merge(
    "reconcileRule",
    { description, scheduleExpression },
    args.passOn?.reconcileRule,
    (merged) => new aws.cloudwatch.EventRule(`${name}-reconcile`, merged, { parent }),
  );
  const permission = new aws.lambda.Permission(
    `${name}-reconcile`,
    {
      action: "lambda:InvokeFunction",
      function: lambda.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
  merge(
    "reconcileTarget",
    { rule: rule.name, arn: lambda.arn, input: JSON.stringify(RECONCILE_EVENT) },
    args.passOn?.reconcileTarget,
    (merged) => new aws.cloudwatch.EventTarget(`${name}-reconcile`, merged, { parent, dependsOn: [permission, once] }),
  );
}
