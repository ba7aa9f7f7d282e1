import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import {
  type FunctionConfiguration,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from "@aws-sdk/client-lambda";
import { awsClient } from "../../aws/client";
import { isRecord, parseJson } from "../../common/json";
import { RECONCILE_FUNCTION } from "../../reaper/reconcile-event";
import { readSettings } from "../../reaper/settings/settings";
import { counted } from "../terminal/text";
import { attempt, type Check, failed, ok, warning } from "./check";
import { isQueue } from "./delivery";
import { checkNetwork } from "./function-network";
import { checkFunctionRole } from "./function-role";
import { checkSchedule, NOT_RECONCILED } from "./reconcile-schedule";

const HOUR_MS = 3_600_000;
/** Log lines of failed invocations, and the reaper's own lines of the level error; as a CloudWatch filter, and once more here. */
const BAD_PATTERN = '?"\\"level\\":\\"error\\"" ?"Task timed out" ?"Runtime."';
const BAD_LINE = /"level":"error"|Task timed out|Runtime\.\w+/;
const LONGEST_LINE = 300;
/** Pages may be empty, and there may be many; for a longer log, only the first pages are used. */
const MOST_PAGES = 20;

export interface CheckedFunction {
  readonly checks: readonly Check[];
  /** Undefined if the function's settings are unknown. */
  readonly timeoutSeconds?: number;
}

/**
 * Checks the reaper's function: whether it can run, reads the queue, has complete settings, and had recent errors. Its settings name the
 * function that reconciles, which is checked too.
 */
export async function checkFunction(
  name: string,
  region: string | undefined,
  queueUrl: string | undefined,
): Promise<CheckedFunction> {
  const lambda = awsClient(LambdaClient, region);
  let found: FunctionConfiguration | undefined;
  const state = await attempt("function", async () => {
    found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    return judgeState(found);
  });
  if (found === undefined) return { checks: [state] };
  const { Timeout: timeoutSeconds, FunctionArn = name, Environment: { Variables = {} } = {} } = found;
  const [checks, role, network, reconcile] = await Promise.all([
    Promise.all([
      attempt("settings", async () => judgeSettings(Variables)),
      attempt("source", () => checkSource(lambda, FunctionArn, queueUrl)),
      attempt("errors", () => lastErrors("errors", logOf(found), region)),
    ]),
    checkFunctionRole("function role", found, region),
    // The function that reconciles uses the same network
    checkNetwork(found, region),
    checkReconcile(lambda, Variables[RECONCILE_FUNCTION], region),
  ]);
  return { checks: [state, ...checks, ...role, ...network, ...reconcile], timeoutSeconds };
}

async function checkReconcile(
  lambda: LambdaClient,
  FunctionName: string | undefined,
  region: string | undefined,
): Promise<Check[]> {
  if (FunctionName === undefined) return [NOT_RECONCILED];
  let found: FunctionConfiguration | undefined;
  const state = await attempt("reconcile function", async () => {
    found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return (await neverRuns("reconcile function", lambda, FunctionName)) ?? judgeState(found, "reconcile function");
  });
  if (found === undefined) return [state];
  const { FunctionArn = FunctionName } = found;
  const [checks, role] = await Promise.all([
    Promise.all([
      attempt("reconcile", () => checkSchedule(FunctionArn, region)),
      attempt("reconcile errors", () => lastErrors("reconcile errors", logOf(found), region)),
    ]),
    checkFunctionRole("reconcile role", found, region),
  ]);
  return [state, ...checks, ...role];
}

function logOf({ LoggingConfig, FunctionName }: FunctionConfiguration = {}): string {
  return LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
}

export function judgeState(found: FunctionConfiguration, name = "function"): Check {
  const { State, StateReason, StateReasonCode = "", LastUpdateStatus, LastUpdateStatusReason, Runtime } = found;
  if (State !== undefined && State !== "Active" && State !== "Inactive") {
    const fix = NETWORK_FIXES[StateReasonCode] ?? "see its details: aws lambda get-function";
    return failed(name, `its state is ${State}: ${StateReason ?? "no reason given"}`, fix);
  }
  if (LastUpdateStatus === "Failed") {
    const fix = NETWORK_FIXES[found.LastUpdateStatusReasonCode ?? ""] ?? "pulumi up";
    return failed(name, `its last update failed: ${LastUpdateStatusReason ?? "no reason given"}`, fix);
  }
  return ok(name, `can run, on ${Runtime}`);
}

/**
 * How to fix it if Lambda could not create a function's network interfaces, by Lambda's codes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
 */
const NETWORK_FIXES: Readonly<Record<string, string>> = {
  EniLimitExceeded: "request a higher quota for network interfaces, or delete unused ones",
  InsufficientRolePermissions: "run pulumi up, which restores the policy of its role",
  InvalidSecurityGroup: "set existing security groups in 'reaper.vpc', then run pulumi up",
  InvalidSubnet: "set existing subnets in 'reaper.vpc', then run pulumi up",
  SubnetOutOfIPAddresses: "free addresses in its subnets, or set others in 'reaper.vpc', then run pulumi up",
};

export function judgeSettings(variables: Readonly<Record<string, string>>): Check {
  const { groups, chef, dryRun } = readSettings(variables);
  const said = `reaps for ${groups.join(", ")} as '${chef.clientName}'`;
  return dryRun
    ? warning(
        "settings",
        `${said}, but with dry run on: it deletes nothing`,
        "set 'dryRun' to false, then run 'pulumi up'",
      )
    : ok("settings", said);
}

async function checkSource(lambda: LambdaClient, name: string, queueUrl: string | undefined): Promise<Check> {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: name }));
  const isSource = (arn: string) => queueUrl === undefined || isQueue(arn, queueUrl);
  const source = EventSourceMappings.find(({ EventSourceArn = "" }) => isSource(EventSourceArn));
  if (source === undefined) {
    const others = EventSourceMappings.map(({ EventSourceArn }) => EventSourceArn).join(", ");
    const message = others ? `its queue does not invoke it, only ${others}` : "no queue invokes it";
    return failed("source", message, "run 'pulumi up' to restore its event source mapping");
  }
  if (source.State !== "Enabled") {
    return failed(
      "source",
      `its event source mapping is ${source.State}`,
      `aws lambda update-event-source-mapping --uuid ${source.UUID} --enabled`,
    );
  }
  const never = await neverRuns("source", lambda, name);
  if (never) return never;
  if (!source.FunctionResponseTypes?.includes("ReportBatchItemFailures")) {
    return failed(
      "source",
      "it does not report failures of single messages: one bad message makes the whole batch fail",
      "pulumi up",
    );
  }
  return ok("source", `reads the queue, ${counted(source.BatchSize ?? 1, "message")} at a time`);
}

async function neverRuns(name: string, lambda: LambdaClient, FunctionName: string): Promise<Check | undefined> {
  const { ReservedConcurrentExecutions: reserved } = await lambda.send(
    new GetFunctionConcurrencyCommand({ FunctionName }),
  );
  if (reserved !== 0) return undefined;
  const fix = `aws lambda delete-function-concurrency --function-name ${FunctionName}`;
  return failed(name, "its reserved concurrency is 0, so it never runs", fix);
}

async function lastErrors(name: string, logGroupName: string, region: string | undefined): Promise<Check> {
  const bad = await badLines(logGroupName, region).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (bad === undefined) return ok(name, `none: there is no log group '${logGroupName}', so it has not run yet`);
  const last = bad.at(-1);
  if (last === undefined) return ok(name, "none in its log within the last hour");
  const message = `${counted(bad.length, "line")} within the last hour, the last: ${readable(last)}`;
  return warning(name, message, `aws logs tail ${logGroupName} --since 1h`);
}

/** The log group is created at the first run. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === "ResourceNotFoundException";
}

async function badLines(logGroupName: string, region: string | undefined): Promise<string[]> {
  const client = awsClient(CloudWatchLogsClient, region);
  const query = { logGroupName, startTime: Date.now() - HOUR_MS, filterPattern: BAD_PATTERN };
  const bad: string[] = [];
  let pages = 0;
  for await (const { events = [] } of paginateFilterLogEvents({ client }, query)) {
    bad.push(...events.map(({ message = "" }) => message.trim()).filter((line) => BAD_LINE.test(line)));
    if (++pages === MOST_PAGES) break;
  }
  return bad;
}

/** The reaper's lines are JSON; only the message is shown. */
function readable(line: string): string {
  const fields = parseJson(line);
  if (!isRecord(fields)) return line.slice(0, LONGEST_LINE);
  return [fields.message, fields.node, fields.reason].filter((part) => typeof part === "string").join(": ");
}
