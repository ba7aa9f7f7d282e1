import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { usualAnswers } from "../../components/testing/mocks";

/** A resource as a program declared it and as the engine would receive it. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** The same as sent to the engine, with its secret markers. */
  readonly secretly: Record<string, unknown>;
  readonly parent: string;
  readonly urn: string;
  readonly dependencies: readonly string[];
  /** URNs that each property's value depends on; a property without dependencies may be absent. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Of `customTimeouts`. */
  readonly deleteTimeout: string | undefined;
  /** Likewise. */
  readonly updateTimeout: string | undefined;
}

export interface Declaration {
  readonly resources: readonly Declared[];
  /** Called provider functions, one entry for each call. */
  readonly calls: readonly string[];
  /** The only resource of this type (and name ending). @throws if there are none or several */
  one(type: string, nameEnding?: string): Declared;
}

/** Results of provider functions; a call that is not listed is an error. */
const ANSWERS = usualAnswers("eu-west-3");

/** Results of provider functions that replace the usual ones, by token. */
type Answers = Readonly<Record<string, Record<string, unknown>>>;

/**
 * Runs a part of a program against a recording monitor.
 *
 * @param program declares resources; its return value is not awaited
 * @throws what the program threw, also in an `apply`, which ends a real program too
 */
export async function declare(program: () => void, stack = "test", answers: Answers = {}): Promise<Declaration> {
  const seen: Declared[] = [];
  const calls: string[] = [];
  const call = (args: pulumi.runtime.MockCallArgs) => {
    calls.push(args.token);
    return answers[args.token] ?? answer(args);
  };
  await pulumi.runtime.setMocks({ call, newResource }, "fleet", stack);
  record(pulumi.runtime.getMonitor() as unknown as Monitor, seen);
  await runToItsEnd(program);
  return { resources: seen, calls, one: (type, ending = "") => onlyOne(seen, type, ending) };
}

/** Runs a part of a program with the current mocks, until everything that depends on it is declared. @throws as `declare` does */
export async function runToItsEnd(program: () => void): Promise<void> {
  await withCheapStacks(() =>
    unlessRejected(async () => {
      program();
      await pulumi.runtime.disconnect();
    }),
  );
}

/**
 * The SDK stores the stack of each of its promises as text in case it is needed. Looking up every frame in a source map takes longer
 * than everything that a component does. The stack of a thrown error is looked up later, when it is printed.
 */
async function withCheapStacks(work: () => Promise<void>): Promise<void> {
  const { stackTraceLimit } = Error;
  const mapped = process.sourceMapsEnabled;
  process.setSourceMapsEnabled(false);
  Error.stackTraceLimit = 4;
  try {
    await work();
  } finally {
    process.setSourceMapsEnabled(mapped);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * Nothing awaits an `apply`: what it throws becomes an unhandled rejection, which mocha ignores. What depends on it may wait
 * for ever, so the first rejection ends the work.
 */
async function unlessRejected(work: () => Promise<void>): Promise<void> {
  let note: (reason: unknown) => void = () => {};
  const rejected = new Promise<never>((_, reject) => {
    note = reject;
  });
  process.on("unhandledRejection", note);
  try {
    await Promise.race([work().then(() => setImmediate()), rejected]);
  } finally {
    process.off("unhandledRejection", note);
  }
}

/** Results that depend on the arguments, by a part of them. */
const SPECIAL: Record<string, Record<string, Record<string, unknown> | Error>> = {
  "aws:ec2/getAmi:getAmi": {
    "ami-0arm": { rootDeviceName: "/dev/xvda", architecture: "arm64" },
    "ami-0gone": new Error("Your query returned no results"),
    "ami-0of8gib": {
      rootDeviceName: "/dev/xvda",
      blockDeviceMappings: [
        { deviceName: "/dev/sdb", ebs: { volume_size: "100" } },
        { deviceName: "/dev/xvda", ebs: { volume_size: "8" } },
      ],
    },
  },
  "aws:ec2/getRouteTables:getRouteTables": { "subnet-private": { ids: ["rtb-private"] } },
  "aws:ec2/getRouteTable:getRouteTable": { "rtb-private": { routes: [{ gatewayId: "local" }] } },
};

async function answer({ token, inputs }: pulumi.runtime.MockCallArgs): Promise<Record<string, unknown>> {
  const asked = JSON.stringify(inputs);
  const special = Object.entries(SPECIAL[token] ?? {}).find(([part]) => asked.includes(part));
  const known = special?.[1] ?? ANSWERS[token];
  if (known instanceof Error) throw known;
  if (!known) throw new Error(`the program called ${token}, which this test does not know`);
  return known;
}

async function newResource({ type, name, inputs }: pulumi.runtime.MockResourceArgs) {
  return { id: `${name}-id`, state: { ...computed(type, name), ...inputs } };
}

/** The part of a registration request that tests use. */
interface Registration {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): Parameters<typeof pulumi.runtime.deserializeProperties>[0] & { toJavaScript(): Record<string, unknown> };
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { entries(): Iterable<[string, { getUrnsList(): string[] }]> };
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getDeletebeforereplace(): boolean;
  getCustomtimeouts(): { getDelete(): string; getUpdate(): string } | undefined;
}

type Answered = (error: Error | null, response?: { getUrn(): string }) => void;

interface Monitor {
  registerResource(request: Registration, answered: Answered): Promise<void>;
}

/** Mocks do not get parents and options, but the monitor behind them does. */
function record(monitor: Monitor, seen: Declared[]): void {
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answered) =>
    register(request, (error, response) => {
      if (response) seen.push(declared(request, response.getUrn()));
      answered(error, response);
    });
}

function declared(request: Registration, urn: string): Declared {
  const dependencies = [...request.getPropertydependenciesMap().entries()];
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: pulumi.runtime.deserializeProperties(request.getObject()) as Record<string, unknown>,
    secretly: request.getObject().toJavaScript(),
    parent: request.getParent(),
    urn,
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(dependencies.map(([property, on]) => [property, on.getUrnsList()])),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    deleteTimeout: request.getCustomtimeouts()?.getDelete(),
    updateTimeout: request.getCustomtimeouts()?.getUpdate(),
  };
}

const BAKED = { "eu-west-3": "ami-0baked", "us-east-1": "ami-0c0b1" };

/** Values that the real provider computes and the components read. */
function computed(type: string, name: string): Record<string, unknown> {
  const arn = `arn:aws:${type.split(":")[1]}:eu-west-3:123456789012:${name}`;
  const more: Record<string, Record<string, unknown>> = {
    "aws:sqs/queue:Queue": { url: `https://sqs.eu-west-3.amazonaws.com/123456789012/${name}` },
    "aws:ec2/launchTemplate:LaunchTemplate": { latestVersion: 7 },
    "pulumi:pulumi:StackReference": { outputs: { web: "ami-0other" }, secretOutputNames: [] },
    "command:local:Command": { stdout: `${JSON.stringify({ imageId: "ami-0baked", imageIds: BAKED })}\n` },
  };
  return { arn, name, ...more[type] };
}

function onlyOne(resources: readonly Declared[], type: string, ending: string): Declared {
  const found = resources.filter((resource) => resource.type === type && resource.name.endsWith(ending));
  if (found.length === 1) return found[0] as Declared;
  const names = resources.map((resource) => `${resource.type} ${resource.name}`).join("\n  ");
  throw new Error(`expected one ${type} …${ending}, found ${found.length}; declared:\n  ${names}`);
}

/** Whether a value of `secretly` is marked as secret. */
export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && pulumi.runtime.specialSigKey in value;
}
