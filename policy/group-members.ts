import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "./graph";
import { list, text } from "./known";
import type { Subject } from "./rule";
import { TYPE } from "./types";

const COMPONENT = "chef-autoscaling:index:ChefAutoScalingGroup";

/** What of an instance's first boot tells that a Chef server will know it. */
const CHEF_BOOT = /chef-client|cinc-client|CHEF_SERVER_URL|chef_server_url/;

/** Groups whose instances become nodes of a Chef server: those of this library, and those that boot into Chef. */
export function chefGroups(graph: Graph): PolicyResource[] {
  return graph.ofType(TYPE.group).filter((group) => isOfLibrary(group) || launchersOf(group, graph).some(bootsChef));
}

function isOfLibrary(resource: PolicyResource): boolean {
  for (let parent = resource.parent; parent !== undefined; parent = parent.parent) {
    if (parent.type === COMPONENT) return true;
  }
  return false;
}

function bootsChef(launcher: PolicyResource): boolean {
  return CHEF_BOOT.test(userDataOf(launcher) ?? "");
}

/** What a group launches from. */
export function launchersOf(group: PolicyResource, graph: Graph): PolicyResource[] {
  return [
    ...graph.sources(group, "launchTemplate", TYPE.launchTemplate),
    ...graph.sources(group, "mixedInstancesPolicy", TYPE.launchTemplate),
    ...graph.sources(group, "launchConfiguration", TYPE.launchConfiguration),
  ];
}

/** User data in plain text, where it is known. */
export function userDataOf({ type, props }: Subject): string | undefined {
  const encoded = type === TYPE.launchTemplate ? text(props, "userData") : text(props, "userDataBase64");
  if (encoded !== undefined) return Buffer.from(encoded, "base64").toString("utf8");
  return type === TYPE.launchTemplate ? undefined : text(props, "userData");
}

/** Topics that a group tells of terminations, by notification or by lifecycle hook, with who tells; known ARNs of others as text. */
export function terminationTargets(
  group: PolicyResource,
  graph: Graph,
): { teller: PolicyResource; property: string }[] {
  const notifications = graph
    .users(group, TYPE.notification, "groupNames")
    .filter(({ props }) => list(props, "notifications").includes("autoscaling:EC2_INSTANCE_TERMINATE"))
    .map((teller) => ({ teller, property: "topicArn" }));
  const hooks = graph
    .users(group, TYPE.lifecycleHook, "autoscalingGroupName")
    .filter(({ props }) => text(props, "lifecycleTransition") === "autoscaling:EC2_INSTANCE_TERMINATING")
    .filter(
      ({ props, propertyDependencies }) =>
        text(props, "notificationTargetArn") || propertyDependencies.notificationTargetArn,
    )
    .map((teller) => ({ teller, property: "notificationTargetArn" }));
  return [...notifications, ...hooks];
}

/** Queues that a topic of this stack delivers to. */
export function queuesBehind(topic: PolicyResource, graph: Graph): PolicyResource[] {
  return graph
    .users(topic, TYPE.topicSubscription, "topic")
    .flatMap((subscription) => graph.sources(subscription, "endpoint", TYPE.queue));
}
