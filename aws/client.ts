import { AWS_TIMEOUTS, throughProxy } from "./timeouts";

/** A call of AWS that failed; `noteCall` writes it on the error. */
export interface AwsCall {
  /** As IAM's actions begin: `ec2`. */
  readonly service: string;
  /** As IAM's actions end: `DescribeInstances`. */
  readonly call: string;
  readonly region?: string;
}

type Handler = (args: never) => Promise<never>;

interface AnyClient {
  readonly config: { region?: string | (() => Promise<string>) };
  readonly middlewareStack: object;
}

interface Stack {
  add(middleware: (next: Handler, context: Context) => Handler, options: { step: string; name: string }): void;
}

interface Context {
  readonly clientName?: string;
  readonly commandName?: string;
}

/**
 * A client of the AWS SDK with time limits, whose errors say which call they are of: the SDK's own say "You are not authorized to
 * perform this operation." and nothing of the operation.
 * @param region @default the one that the SDK finds
 * @param profile of the credentials @default what the SDK finds, AWS_PROFILE among it
 */
export function awsClient<C extends AnyClient>(
  Client: new (config: typeof AWS_TIMEOUTS & { readonly region?: string; readonly profile?: string }) => C,
  region?: string,
  profile?: string,
): C {
  return withCallNames(new Client({ ...AWS_TIMEOUTS, region, profile }));
}

/** The same without limits on time, for a bake: whoever waits for it stops it. */
export function patientClient<C extends AnyClient>(
  Client: new (config: { readonly requestHandler: ReturnType<typeof throughProxy>; readonly region: string }) => C,
  region: string,
): C {
  return withCallNames(new Client({ requestHandler: throughProxy(), region }));
}

/** The client itself, whose errors say from now on which call they are of. */
export function withCallNames<C extends AnyClient>(client: C): C {
  const naming = (next: Handler, context: Context): Handler => {
    return (args) =>
      next(args).catch(async (error: unknown) => {
        if (error instanceof Error) Object.assign(error, { aws: await callOf(client, context) });
        throw error;
      });
  };
  (client.middlewareStack as Stack).add(naming, { step: "initialize", name: "nameCallInErrors" });
  return client;
}

async function callOf({ config }: AnyClient, { clientName = "", commandName = "" }: Context): Promise<AwsCall> {
  const word = clientName.replace(/Client$/, "").toLowerCase();
  const call = commandName.replace(/Command$/, "").replace(/Batch$/, "");
  const region = typeof config.region === "function" ? await config.region().catch(() => undefined) : config.region;
  return { service: SERVICES[word] ?? word, call, region };
}

/** Where IAM's name of a service is not the SDK's. */
const SERVICES: Readonly<Record<string, string>> = { cloudwatchlogs: "logs", eventbridge: "events" };
