import { gunzipSync } from "node:zlib";
import type { PolicyResource } from "@pulumi/policy";
import { NOTIFIED, TRANSITION } from "../../contract/auto-scaling-events";
import type { Graph } from "./graph";
import { hasUnknown, isAbsent, isUnknown, list, parsed, read, text } from "./known";
import type { Subject } from "./rule";
import { TYPE } from "./types";

const COMPONENT = "chef-autoscaling:index:ChefAutoScalingGroup";

/** What of an instance's first boot tells that a Chef server will know it; a run in local mode asks no server. */
const CHEF_BOOT = /\b(?:chef|cinc)-client\b(?!.*\s(?:-z|--local-mode)\b)|CHEF_SERVER_URL|chef_server_url/;

/** A comment runs nothing. */
const COMMENT = /(?:^|\s)#.*$/;

/** Groups whose instances become nodes of a Chef server: those of this library, and those that boot into Chef. */
export function chefGroups(graph: Graph): PolicyResource[] {
  return graph.ofType(TYPE.group).filter((group) => isOfLibrary(group) || launchersOf(group, graph).some(bootsChef));
}

/** What keeps it from being known whether a group is Chef's: user data, or whatever names its launcher. */
export function unclearBoots(graph: Graph): { subject: PolicyResource; property: string }[] {
  const ofChef = new Set(chefGroups(graph));
  return graph
    .ofType(TYPE.group)
    .filter((group) => !ofChef.has(group))
    .flatMap((group) => {
      const launchers = launchersOf(group, graph);
      const named = LAUNCHED_BY.filter((key) => launchers.length === 0 && hasUnknown(read(group.props, key)));
      const unread = launchers.flatMap((launcher) =>
        USER_DATA.filter((key) => isUnknown(launcher.props, key)).map((property) => ({ subject: launcher, property })),
      );
      return [...named.map((property) => ({ subject: group, property })), ...unread];
    });
}

const LAUNCHED_BY = ["launchTemplate", "mixedInstancesPolicy", "launchConfiguration"];

const USER_DATA = ["userData", "userDataBase64"];

function isOfLibrary(resource: PolicyResource): boolean {
  for (let parent = resource.parent; parent !== undefined; parent = parent.parent) {
    if (parent.type === COMPONENT) return true;
  }
  return false;
}

function bootsChef(launcher: PolicyResource): boolean {
  const lines = (userDataOf(launcher) ?? "").split("\n");
  return lines.some((line) => CHEF_BOOT.test(line.replace(COMMENT, "")));
}

/** What a group launches from. */
function launchersOf(group: PolicyResource, graph: Graph): PolicyResource[] {
  return [
    ...graph.sources(group, "launchTemplate", TYPE.launchTemplate),
    ...graph.sources(group, "mixedInstancesPolicy", TYPE.launchTemplate),
    ...graph.sources(group, "launchConfiguration", TYPE.launchConfiguration),
  ];
}

/** User data in plain text, where it is known. */
export function userDataOf({ type, props }: Subject): string | undefined {
  const encoded = type === TYPE.launchTemplate ? text(props, "userData") : text(props, "userDataBase64");
  if (encoded !== undefined) return opened(unzipped(Buffer.from(encoded, "base64")).toString("utf8"));
  const plain = type === TYPE.launchTemplate ? undefined : text(props, "userData");
  return plain === undefined ? undefined : opened(plain);
}

/** Parts in base64 of multipart user data, and scripts that this library's groups carry zipped, which would hide what they say. */
const ENCODED_PART = /^Content-Transfer-Encoding: base64\r?\n(?:[^\r\n]+\r?\n)*\r?\n([A-Za-z0-9+/=\s]+)$/gim;
const OWN_SCRIPTS = /^export CHEF_(?:BEFORE|AFTER)='([A-Za-z0-9+/= ]+)'$/gm;

function opened(userData: string): string {
  const parts = [...userData.matchAll(ENCODED_PART)].map(([, body = ""]) => Buffer.from(body, "base64").toString());
  const whole = [userData, ...parts].join("\n");
  const scripts = [...whole.matchAll(OWN_SCRIPTS)].flatMap(([, packed = ""]) => packed.split(" "));
  return [whole, ...scripts.map((script) => unzipped(Buffer.from(script, "base64")).toString("utf8"))].join("\n");
}

/** cloud-init unzips user data, and so must whoever looks into it. */
function unzipped(data: Buffer): Buffer {
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data;
  try {
    return gunzipSync(data, { maxOutputLength: 2 ** 20 });
  } catch {
    // Only looks zipped; cloud-init would not take it either.
    return data;
  }
}

/** Who tells of a group's terminations, and the property that says whom: notifications, lifecycle hooks, EventBridge. */
export function terminationTargets(
  group: PolicyResource,
  graph: Graph,
): { teller: PolicyResource; property: string }[] {
  const notifications = graph
    .users(group, TYPE.notification, "groupNames")
    .filter(({ props }) => list(props, "notifications").includes(NOTIFIED.terminate))
    .map((teller) => ({ teller, property: "topicArn" }));
  const hooks = graph
    .users(group, TYPE.lifecycleHook, "autoscalingGroupName")
    .filter(({ props }) => text(props, "lifecycleTransition") === TRANSITION.terminating)
    .filter(
      ({ props, propertyDependencies }) =>
        text(props, "notificationTargetArn") || propertyDependencies.notificationTargetArn,
    )
    .map((teller) => ({ teller, property: "notificationTargetArn" }));
  const events = graph
    .ofType(TYPE.eventRule)
    .filter((rule) => isOfTerminations(rule, group))
    .flatMap((rule) => graph.users(rule, TYPE.eventTarget, "rule"))
    .map((teller) => ({ teller, property: "arn" }));
  return [...notifications, ...hooks, ...inlineHooks(group), ...events];
}

/** Hooks that the group itself brings; whom they tell is not told apart. */
function inlineHooks(group: PolicyResource): { teller: PolicyResource; property: string }[] {
  const property = "initialLifecycleHooks";
  const hooks = list(group.props, property);
  const isUnknown = typeof read(group.props, property) === "symbol";
  const tells = hooks.some(
    (hook) =>
      read(hook, "lifecycleTransition") === TRANSITION.terminating && read(hook, "notificationTargetArn") !== undefined,
  );
  return isUnknown || tells ? [{ teller: group, property }] : [];
}

const TERMINATIONS = ["EC2 Instance Terminate Successful", "EC2 Instance-terminate Lifecycle Action"];

/** A rule for groups that are named counts for those; one that is not known yet counts. */
function isOfTerminations(rule: PolicyResource, group: PolicyResource): boolean {
  const pattern = text(rule.props, "eventPattern");
  if (pattern === undefined) return !isAbsent(rule.props, "eventPattern");
  const event = parsed(pattern);
  const isTermination = list(event, "detail-type").some((type) => TERMINATIONS.includes(String(type)));
  const names = list(event, "detail", "AutoScalingGroupName");
  const name = text(group.props, "name");
  return isTermination && (names.length === 0 || name === undefined || names.includes(name));
}

/** Queues that a teller's messages end in: directly, or through a topic of this stack. */
export function queuesBehind(teller: PolicyResource, property: string, graph: Graph): PolicyResource[] {
  const subscribed = graph
    .sources(teller, property, TYPE.topic)
    .flatMap((topic) => graph.users(topic, TYPE.topicSubscription, "topic"))
    .flatMap((subscription) => graph.sources(subscription, "endpoint", TYPE.queue));
  return [...graph.sources(teller, property, TYPE.queue), ...subscribed];
}
