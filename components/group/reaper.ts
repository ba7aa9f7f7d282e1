import type * as pulumi from "@pulumi/pulumi";
import type { NotificationQueue } from "../notification/notification-queue";
import { partOf } from "../pass-through/pass-on";
import { ReaperFunction } from "../reaper/reaper-function";
import { ReaperService } from "../reaper/reaper-service";
import { FUNCTION_RESOURCES, SERVICE_RESOURCES } from "../reaper/reaper-shape";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";

/** Reads a group's queue, if it is deployed with the group. */
export type Reaper = ReaperFunction | ReaperService;

/** The group's reaper; undefined if you run a worker for its queue. */
export function createReaper(
  groupComponent: string,
  { chef, groupName, reaper = {}, permissionsBoundary, passOn }: ChefAutoScalingGroupArgs,
  queue: NotificationQueue,
  parent: pulumi.Resource,
): Reaper | undefined {
  const common = { chef, groupNames: [groupName], queue, permissionsBoundary };
  const name = `${groupComponent}-reaper`;
  if (reaper.mode === "worker") return undefined;
  if (reaper.mode === "service") {
    const { mode: _mode, service, ...settings } = reaper;
    return new ReaperService(
      name,
      { ...settings, ...service, ...common, passOn: partOf(passOn, SERVICE_RESOURCES) },
      { parent },
    );
  }
  const { mode: _mode, ...settings } = reaper;
  return new ReaperFunction(name, { ...settings, ...common, passOn: partOf(passOn, FUNCTION_RESOURCES) }, { parent });
}

/** The functions of a reaper that consists of functions. */
export function functionsOf(
  reaper: Reaper | undefined,
): Partial<Pick<ReaperFunction, "functionName" | "reconcileFunctionName">> {
  return reaper instanceof ReaperFunction ? reaper : {};
}
