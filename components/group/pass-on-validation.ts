import { hasGivenProfile } from "../instance/instance-validation";
import { passOnIssues } from "../pass-through/pass-on";
import { idleIssues, isYours, type Presence, type PresenceOf } from "../pass-through/presence";
import type { GroupResource } from "../pass-through/resources";
import { reaperPresence } from "../reaper/reaper-presence";
import { rulesOf } from "../scaling";
import type { ValidationIssue } from "../validation/issues";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";

type Args = Pick<
  ChefAutoScalingGroupArgs,
  | "launch"
  | "instance"
  | "securityGroupIds"
  | "rootVolume"
  | "hooks"
  | "scaling"
  | "notifications"
  | "reaper"
  | "observation"
> & { readonly passOn?: ChefAutoScalingGroupArgs["passOn"] };

const isTemplate = ({ launch = "template" }: Args) => launch === "template";
const isFunction = ({ reaper }: Args) => (reaper?.mode ?? "lambda") === "lambda";
const isService = ({ reaper }: Args) => reaper?.mode === "service";
const reconciles = (args: Args) => isFunction(args) && args.reaper?.reconcile !== false;
const isAlarmed = ({ scaling }: Args) => rulesOf(scaling).length > 0;
const scalesByItself = ({ scaling }: Args) => Object.keys({ ...scaling?.targets, ...scaling?.predictive }).length > 0;

const AS_FUNCTION: Presence<Args> = [isFunction, "remove it: with this 'reaper.mode' no function is declared"];
const AS_SERVICE: Presence<Args> = [isService, "remove it, or set 'reaper.mode' to 'service'"];
const TERMINATING: Presence<Args> = [({ hooks }) => Boolean(hooks?.terminate), "remove it, or set 'hooks.terminate'"];
const OWN_PROFILE: Presence<Args> = [
  ({ instance }) => !hasGivenProfile(instance),
  "leave it out: the instance profile is yours, so set it there",
];
const OWN_QUEUE: Presence<Args> = [({ notifications }) => !notifications?.queue, isYours("notifications.queue")];

const PRESENCE: PresenceOf<Args, GroupResource> = {
  launchTemplate: [isTemplate, "use 'passOn.launchConfiguration'"],
  launchConfiguration: [(args) => !isTemplate(args), "use 'passOn.launchTemplate'"],
  securityGroup: [
    ({ securityGroupIds }) => !securityGroupIds,
    "leave it out: 'securityGroupIds' are yours, so set it there",
  ],
  instanceRole: OWN_PROFILE,
  instanceProfile: OWN_PROFILE,
  volumeKeyGrant: [
    ({ rootVolume = {}, instance }) =>
      [rootVolume, ...(instance?.volumes ?? [])].some((one) => Boolean(one.kmsKeyArn) && one.grantKey !== false),
    "leave it out, or set 'rootVolume.kmsKeyArn'",
  ],
  launchHook: [({ hooks }) => hooks?.launch !== false, "leave it out, or leave 'hooks.launch' at its default"],
  terminateHook: TERMINATING,
  hookRole: TERMINATING,
  scalingPolicy: [(args) => isAlarmed(args) || scalesByItself(args), "leave it out, or set 'scaling'"],
  scalingAlarm: [isAlarmed, "leave it out, or set 'scaling.out' or 'scaling.in'"],
  topic: [({ notifications }) => !notifications?.topicArn, isYours("notifications.topicArn")],
  queue: OWN_QUEUE,
  deadLetterQueue: OWN_QUEUE,
  notificationKey: [
    ({ notifications }) => notifications?.createKey === true,
    "leave it out, or set 'notifications.createKey'",
  ],
  function: AS_FUNCTION,
  eventSourceMapping: AS_FUNCTION,
  reaperRole: [(args) => isFunction(args) || isService(args), "leave it out: the worker is yours, and so is its role"],
  logGroup: [(args) => isFunction(args) || isService(args), "leave it out: the worker is yours, and so is its log"],
  ...reaperPresence({ reconciles, network: reaperNetwork }),
  cluster: [
    (args) => isService(args) && !(args.reaper as { service?: { clusterArn?: unknown } }).service?.clusterArn,
    "leave it out: no cluster is declared here",
  ],
  task: AS_SERVICE,
  service: AS_SERVICE,
  executionRole: AS_SERVICE,
  taskScalingTarget: AS_SERVICE,
  taskScalingAlarm: AS_SERVICE,
  alarm: [
    ({ observation }) => observation?.alarms !== false,
    "leave it out, or leave 'observation.alarms' at its default",
  ],
  dashboard: [({ observation }) => observation?.dashboard === true, "leave it out, or set 'observation.dashboard'"],
};

function reaperNetwork({ reaper }: Args) {
  if (reaper?.mode === "worker") return undefined;
  return reaper?.mode === "service" ? reaper.service : reaper?.vpc;
}

/** Properties that the group sets itself, and properties of resources that the group does not declare. */
export function groupPassOnIssues(args: Args): ValidationIssue[] {
  return [...idleIssues(args, PRESENCE), ...passOnIssues(args.passOn)];
}
