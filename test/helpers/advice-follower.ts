import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { EnableRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { Ended } from "./command-line";
import type { OperatorsHand } from "./operators-hand";

/** A user who follows advice: the command line to change, and the output with the advice. */
interface Follower {
  readonly hand: OperatorsHand;
  readonly args: readonly string[];
  /** The command's output, including the advice. */
  readonly said: string;
  /** What the test itself does in the user's place, such as waiting for an hour. */
  readonly world: Readonly<Record<string, () => Promise<void>>>;
}

type Step = readonly [
  advice: RegExp,
  follow: (found: RegExpExecArray, follower: Follower) => Promise<readonly string[]>,
];

/** Each piece of advice, and how to follow it literally. The first one that the output contains is followed. */
const STEPS: readonly Step[] = [
  [/did you mean '([^']+)'/, async ([, name = ""], { args }) => withOption(args, "--group", name)],
  [/use '--region (\S+)'/, async ([, region = ""], { args }) => withOption(args, "--region", region)],
  [/'--region' is missing: set it/, async (_, { args }) => withOption(args, "--region", "us-east-1")],
  [
    /or give '--chef-server-url', '--chef-client', '--chef-key' yourself/,
    async (_, { args, hand }) => [...args, ...chefOptions(hand)],
  ],
  [/give all three or none/, async (_, { args, hand }) => [...args, ...chefOptions(hand)]],
  [/add '(--group-destroyed)'/, async ([, flag = ""], { args }) => [...args, flag]],
  [
    /(?:list its leftovers:|to see what would be,) run this again with '([^']+)'/,
    async ([, line = ""], { args }) => withAll(args, line),
  ],
  [
    /aws ec2 terminate-instances --instance-ids (\S+)/,
    async ([, id = ""], { hand, args }) => {
      await hand.lab.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      return args;
    },
  ],
  [/once that is terminated too, remove it by hand: (.*)/, removeByHand("the other instance goes")],
  [/if it is certainly gone, remove it by hand: (.*)/, removeByHand()],
  [/run this again \d+ minutes after that/, inTheWorld("an hour passes")],
  [/run this again once one is alive, or the desired capacity is 0/, inTheWorld("the group wants none")],
  [
    /remove it with 'chef-autoscaling (reap)' and its name/,
    async ([, command = ""], { args, said }) => {
      const [name = ""] = /\S+(?= kept:)/.exec(said) ?? [];
      return [command, name, ...connectionOf(args)];
    },
  ],
  [/'(--ageless)' removes it/, async ([, flag = ""], { args }) => [...args, flag]],
  [/'(--older-than) (0)' removes it/, async ([, flag = "", value = ""], { args }) => withOption(args, flag, value)],
  [/swapped: exchange them/, async (_, { args }) => withQueues(args, queuesOf(args).reverse())],
  [
    /'aws sqs get-queue-url --queue-name (\S+)' shows it/,
    async ([, name = ""], { args, hand }) => withOption(args, "--queue-url", await queueUrl(hand, name)),
  ],
  [
    /has the dead-letter queue 'arn:aws:sqs:[^']*:([^:']+)', .*; name the queue's own dead-letter queue/,
    async ([, name = ""], { args, hand }) => withOption(args, "--dead-letter-queue-url", await queueUrl(hand, name)),
  ],
  [
    /'(chef-autoscaling doctor)' prints the commands/,
    async (_, { args, hand, world }) => {
      const { stdout } = await hand.lab.run(["doctor", ...args.slice(1)]);
      assert.match(stdout, /knife acl bulk add group \S+ nodes '\.\*' read,delete/);
      await world["an administrator runs the commands"]?.();
      return args;
    },
  ],
  [
    /aws events enable-rule --name (\S+)/,
    async ([, Name = ""], { args, hand }) => {
      await new EventBridgeClient(hand.lab.client).send(new EnableRuleCommand({ Name }));
      return args;
    },
  ],
  [
    /aws lambda update-event-source-mapping --uuid (\S+) --enabled/,
    async ([, UUID = ""], { args, hand }) => {
      const enable = new UpdateEventSourceMappingCommand({ UUID, Enabled: true });
      await new LambdaClient(hand.lab.client).send(enable);
      return args;
    },
  ],
  [
    /aws lambda delete-function-concurrency --function-name (\S+)/,
    async ([, FunctionName = ""], { args, hand }) => {
      await new LambdaClient(hand.lab.client).send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
      return args;
    },
  ],
  [
    /set their retention to (14) days/,
    setOn(1, ([, days]) => ({ MessageRetentionPeriod: `${Number(days) * 86_400}` })),
  ],
  [/set it to (\d+) s or more/, setOn(0, ([, seconds = ""]) => ({ VisibilityTimeout: seconds }))],
  [
    /knife node delete (\S+) --yes/,
    async ([, name = ""], { args, hand }) => {
      await hand.lab.chef.deleteNode(name);
      await hand.lab.chef.deleteClient(name);
      return args;
    },
  ],
  [/the connection was refused|fix that and run this again/, inTheWorld("it is mended")],
  [/terminate the instance, or leave it/, inTheWorld("the instance is terminated")],
  [/(?:then )?remove the message|remove useless messages from the queue/, removeMessages],
];

/**
 * Runs a command repeatedly until it succeeds, each time after following the advice of its output literally.
 * @returns the output of each run
 */
export async function followAdvice(
  hand: OperatorsHand,
  first: readonly string[],
  world: Follower["world"] = {},
  more: NodeJS.ProcessEnv = {},
): Promise<Ended[]> {
  const runs: Ended[] = [];
  let args = first;
  while (runs.length < 6) {
    const ended = await hand.lab.run(args, more);
    runs.push(ended);
    const said = ended.stdout + ended.stderr;
    const isOver = said.includes("nothing is left to remove") && !said.includes("did you mean");
    if (ended.code === 0 || isOver) return runs;
    if (ended.code === 3 && args.includes("--dry-run")) args = args.filter((arg) => arg !== "--dry-run");
    else args = await follow({ hand, args, said, world });
  }
  assert.fail(`the advice led nowhere: ${runs.map(({ stdout, stderr }) => stdout + stderr).join("\n")}`);
}

async function follow(follower: Follower): Promise<readonly string[]> {
  for (const [advice, step] of STEPS) {
    const found = advice.exec(follower.said);
    if (found) return step(found, follower);
  }
  assert.fail(`no advice that can be followed: ${follower.said}`);
}

function inTheWorld(event: string): Step[1] {
  return async (_, { args, world }) => {
    await (world[event] ?? (() => assert.fail(`'${event}' is not a part of this test`)))();
    return args;
  };
}

/** Sets attributes on the queue (0) or the dead-letter queue (1). */
function setOn(which: 0 | 1, attributesOf: (found: RegExpExecArray) => Record<string, string>): Step[1] {
  return async (found, { args, hand }) => {
    await setAttributes(hand, queuesOf(args)[which] ?? "", attributesOf(found));
    return args;
  };
}

/** Moto removes a policy that is not sent along; SQS keeps attributes that are not named. */
export async function setAttributes(
  { lab }: OperatorsHand,
  QueueUrl: string,
  changed: Readonly<Record<string, string>>,
): Promise<void> {
  const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy", "RedrivePolicy"] });
  const { Attributes = {} } = await lab.clients.queues.send(ask);
  await lab.clients.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { ...Attributes, ...changed } }));
}

/** Deletes as `knife` would, after the event that has to happen first. */
function removeByHand(event?: string): Step[1] {
  return async ([, commands = ""], { hand, args, world }) => {
    if (event) await (world[event] ?? (() => assert.fail(`'${event}' is not a part of this test`)))();
    const nodes = [...commands.matchAll(/knife node delete ([^\s;]+)/g)].map(([, name = ""]) => name);
    const clients = [...commands.matchAll(/knife client delete ([^\s;]+)/g)].map(([, name = ""]) => name);
    assert.deepEqual([nodes.length, clients], [1, nodes], commands);
    for (const name of nodes) await hand.lab.chef.deleteNode(name);
    for (const name of clients) await hand.lab.chef.deleteClient(name);
    return args;
  };
}

async function removeMessages(_: RegExpExecArray, { hand, args }: Follower): Promise<readonly string[]> {
  const [, QueueUrl] = queuesOf(args);
  for (;;) {
    const { Messages = [] } = await hand.lab.clients.queues.send(new ReceiveMessageCommand({ QueueUrl }));
    if (Messages.length === 0) return args;
    for (const { ReceiptHandle } of Messages) {
      await hand.lab.clients.queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

async function queueUrl({ lab }: OperatorsHand, QueueName: string): Promise<string> {
  return (await lab.clients.queues.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? "";
}

const QUEUES = ["--queue-url", "--dead-letter-queue-url"];

function queuesOf(args: readonly string[]): string[] {
  return QUEUES.map((option) => args[args.indexOf(option) + 1] ?? "");
}

function withQueues(args: readonly string[], urls: readonly string[]): readonly string[] {
  return QUEUES.reduce((all, option, index) => withOption(all, option, urls[index] ?? ""), args);
}

/** Uses the key's file, which is the same in every region. */
export function chefOptions({ lab }: OperatorsHand): string[] {
  const file = join(lab.folder, "operator.pem");
  writeFileSync(file, lab.server.adminKey, { mode: 0o600 });
  return ["--chef-server-url", lab.server.url, "--chef-client", "admin", "--chef-key", file];
}

/** Options for the connection to the fleet, which advice does not repeat. */
function connectionOf(args: readonly string[]): string[] {
  const kept = ["--outputs", "--function", "--region", "--chef-server-url", "--chef-client", "--chef-key"];
  return kept.flatMap((option) => (args.includes(option) ? [option, args[args.indexOf(option) + 1] ?? ""] : []));
}

function withOption(args: readonly string[], option: string, value: string): readonly string[] {
  return [...without(args, option), option, value];
}

/** Adds options, each replacing its earlier value. */
function withAll(args: readonly string[], line: string): readonly string[] {
  let all = args;
  for (const each of line.split(/ (?=--)/)) {
    const [option = "", ...value] = each.split(" ");
    all = [...without(all, option, value.length), option, ...value];
  }
  return all;
}

/** @param values number of values after the option */
function without(args: readonly string[], option: string, values = 1): readonly string[] {
  const at = args.indexOf(option);
  return at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 1 + values)];
}
