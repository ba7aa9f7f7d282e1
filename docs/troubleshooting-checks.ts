/** Rows of docs/troubleshooting.md for keys, the doctor, the sweep, the options, and previews, produced by the code itself. */
import { readKeyText } from "../chef/keys";
import { parseKeyReference } from "../chef/keys/key-reference";
import type { Check } from "../cli/doctor/check";
import { judgeBacklog, judgePolicy, judgeRedrive, judgeVisibility } from "../cli/doctor/queues";
import { judgeSettings, judgeState } from "../cli/doctor/reaper-function";
import { judgeSchedule } from "../cli/doctor/reconcile-schedule";
import { judgeWorker } from "../cli/doctor/worker";
import { parseInstance } from "../cli/reap/reap-instance";
import { requiredChef, requiredGroups } from "../cli/target/required";
import { groupOutputs } from "../cli/target/stack-outputs";
import { groupIssues } from "../components/group/group-validation";
import { sentence } from "../components/validation/issues";
import { remove } from "../packer/sweep/sweep";
import { type Row, refused } from "./troubleshooting-rows";

/** What may be stored instead of a key, and how that happens. */
const STORED: readonly (readonly [string, string])[] = [
  ["", "the parameter was created before the key, or the variable is not exported"],
  ['{"private_key": "…"}', "a console or a tool stored a JSON document"],
  ['"-----BEGIN RSA PRIVATE KEY-----\\n…"', "it was quoted once too often"],
  ["-----BEGIN ENCRYPTED PRIVATE KEY-----", "the key was created with a passphrase, which nobody can enter here"],
  ["PuTTY-User-Key-File-3: ssh-rsa", "the key was saved by PuTTYgen"],
  ["-----BEGIN OPENSSH PRIVATE KEY-----", "the key was created by ssh-keygen"],
  ["-----BEGIN EC PRIVATE KEY-----", "the key was created for another purpose"],
  ["-----BEGIN PGP PRIVATE KEY BLOCK-----", "the key was created for another purpose"],
  ["-----BEGIN RSA PRIVATE KEY----- MIIEow", "line breaks were lost when the key was stored"],
  ["-----BEGIN CERTIFICATE-----", "another file was stored"],
  ["-----BEGIN PUBLIC KEY-----", "the other half of the pair was stored"],
  ["hunter2", "another secret was stored"],
];

export function keyRows(): Row[] {
  const pasted = "-----BEGIN RSA PRIVATE KEY-----";
  return [
    ...STORED.map(([text, why]): Row => {
      const read = readKeyText(text);
      if ("pem" in read) throw new Error("it was read as a key");
      return [`the SSM parameter '/chef/operator.pem' ${read.problem}`, why, read.fix];
    }),
    told(() => parseKeyReference({ ssmParameter: pasted }, "chef.operator.key"), "the key itself was pasted", ": "),
    told(() => parseKeyReference({ vault: "x" }, "chef.operator.key"), "an unknown kind of place was named", ": "),
  ];
}

export function doctorRows(): Row[] {
  const dead = { QueueArn: "arn:aws:sqs:us-east-1:123456789012:web-dead" };
  const redrive = (deadLetterTargetArn: string) => JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 100 });
  const kept = { RedrivePolicy: redrive(dead.QueueArn), MessageRetentionPeriod: "1209600" };
  const dry = {
    REAPER_CHEF_SERVER_URL: "https://chef.example.com/organizations/acme",
    REAPER_CHEF_CLIENT_NAME: "operator",
    REAPER_CHEF_KEY: '{"ssmParameter":"/chef/operator.pem"}',
    REAPER_GROUPS: '["web"]',
    REAPER_DEAD_LETTER_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/web-dead",
    REAPER_DRY_RUN: "true",
  };
  const worker = { ready: false, live: true, draining: false, silentSeconds: 90 };
  const checks: [Check, string][] = [
    [
      judgeBacklog({ ApproximateNumberOfMessages: "3" }),
      "the function's event source mapping, the service or the worker is missing",
    ],
    [judgePolicy({}), "the queue was created by hand, or its policy was replaced"],
    [
      judgeVisibility({ VisibilityTimeout: "30" }, 30),
      "a message becomes visible again while it is still being processed",
    ],
    [judgeRedrive({}, dead), "the queue was created by hand"],
    [judgeRedrive({ RedrivePolicy: redrive(`${dead.QueueArn}-2`) }, dead), "the two queues do not belong together"],
    [
      judgeRedrive(kept, { ...dead, MessageRetentionPeriod: "345600" }),
      "SQS keeps a queue's messages for four days by default",
    ],
    [judgeState({ State: "Failed", StateReason: "…" }), "Lambda could not create the function"],
    [
      judgeState({ State: "Active", LastUpdateStatus: "Failed", LastUpdateStatusReason: "…" }),
      "Lambda could not apply the new code or settings",
    ],
    [judgeSettings(dry), "'reaper.dryRun' was left on"],
    [
      judgeSchedule([{ Name: "web-reconcile", ScheduleExpression: "rate(1 hour)", State: "DISABLED" }]),
      "somebody disabled the rule",
    ],
    [judgeSchedule([]), "somebody deleted the rule or its target"],
    [judgeWorker({}), "the URL belongs to something else"],
    [judgeWorker({ ...worker, draining: true }), "the worker was asked to stop"],
    [judgeWorker(worker), "the worker has just started, or SQS does not respond"],
    [judgeWorker({ ...worker, live: false }), "the worker hangs"],
  ];
  return checks.map(([{ status, message, fix = [] }, why]) => {
    if (status === "ok" || fix.length === 0) throw new Error(`'${message}' is no trouble`);
    return [message, why, fix.join("; ")];
  });
}

export async function sweepRows(): Promise<Row[]> {
  const left = { kind: "key pair", id: "bake-web-0123abcd", remove: async () => undefined } as const;
  const since = new Date(Date.now() - 12 * 60_000);
  const options = { region: "us-east-1", olderThanMinutes: 300 };
  const { swept } = await remove([{ ...left, since }, left], options);
  const whys = ["a bake may still use it", "there is no tag, timestamp or trace of its bake"];
  return swept.map(({ reason = "" }, index) => divided(reason, whys[index] ?? ""));
}

export function callRows(): Row[] {
  const target = { name: "the fleet", groups: [], reapsFor: [], chef: { clientName: "operator" } };
  return [
    told(() => groupOutputs("", "'outputs.json'"), "the file contains something else", ": "),
    told(() => groupOutputs('{"vpcId": "…"}', "'outputs.json'"), "the program exports no group", ": "),
    told(() => requiredChef(target), "no option, variable, output or function provides it"),
    told(() => requiredGroups(target), "as above"),
    told(() => parseInstance("web", []), "a group's name was given", ": "),
    told(
      () => parseInstance("wbe-i-0123456789abcdef0", ["web"]),
      "the group is misspelled, or belongs to another stack",
    ),
  ];
}

/** What a preview refuses, one example of each kind. */
export function previewRows(): Row[] {
  const key = { ssmParameter: "/chef/key" };
  const chef = { serverUrl: "https://chef.example.com", validator: { name: "v", key }, operator: { name: "o", key } };
  const sound = { groupName: "web", imageId: "ami-1", instanceType: "t3.small", capacity: { min: 1, max: 2 }, chef };
  const kinds: [object, string][] = [
    [{ capacity: undefined }, "in JavaScript and configuration, no compiler reports missing arguments"],
    [{ instaceType: "t3.small" }, "a typo"],
    [{ runList: ["recipe[web"] }, "a bracket is missing"],
    [{ chef: { ...chef, serverUrl: "http://chef.example.com" } }, "requests would be sent unencrypted"],
    [
      { attributes: { key: "-----BEGIN RSA PRIVATE KEY-----" } },
      "the key would appear in user data, preview and state",
    ],
  ];
  return kinds.map(([more, why]) => {
    const args = { ...sound, availabilityZones: ["us-east-1a"], ...more };
    const [issue] = groupIssues(args as never);
    if (!issue) throw new Error(`${JSON.stringify(more)} is taken`);
    return divided(sentence(issue), why);
  });
}

function told(check: () => unknown, why: string, divider?: string): Row {
  return divided(refused(check), why, divider);
}

/** Message and fix are in one sentence. */
function divided(text: string, why: string, divider = "; "): Row {
  const at = text.indexOf(divider);
  return [text.slice(0, at), why, text.slice(at + divider.length)];
}
