/** What a Rollout does on create, update, refresh and delete; built into one file, dist/providers/rollout.js. */
import type { DesiredConfiguration, RefreshPreferences } from "@aws-sdk/client-auto-scaling";
import { awaitInstances } from "./await-instances";
import { canRollBack, type GroupView, nextStep, type Step } from "./decide";
import { inServiceText, launchName } from "./failure-report";
import { awaitEnd, follow } from "./follow";
import { accessGroup, type FoundGroup, type GroupAccess, hasEnded } from "./group-access";
import { watchKept } from "./kept";
import { isFrom, type LaunchesFrom } from "./launched-from";
import { policyOf } from "./mixed-policy";
import { keptText, refusalText } from "./refusal";
import type { RolloutState } from "./rollout-state";
import { leavesOf, type Run, type Say } from "./run";
import { targetOf } from "./target";
import { warnOfKept, warnOfLeft, warnOfPool } from "./warnings";
import { howToLook } from "./words";

/**
 * Brings the group to the declared version and returns the new state.
 *
 * @throws an error with the cause, the console output of instances, what is in service now and what to do next; the group then has its
 * previous version
 */
export async function rollOut(state: RolloutState, say: Say): Promise<RolloutState> {
  const access = accessGroup(state);
  const tell = (line: string) => say(`${state.groupName}: ${line}`);
  const group = await found(access);
  const target = await targetOf(access, state, group, tell);
  const run: Run = { access, state, target, before: group.saved, earlier: new Set(), kept: new Map(), say: tell };
  let succeeded = 0;
  for (;;) {
    const view = await look(run, succeeded);
    const step = nextStep(view, { target, minSize: state.minSize, leaves: leavesOf(state), succeeded });
    if (step.kind === "done") break;
    if (step.kind === "follow" || step.kind === "start") succeeded += 1;
    if ((await take(run, step, view)) === "left") return withSaved(state, {});
  }
  const after = await found(access);
  const { members, saved } = after;
  warnOfLeft(run, members);
  warnOfPool(run, await access.pool(after));
  warnOfKept(run);
  tell(`done: ${inServiceText(members)}`);
  return withSaved(state, saved);
}

/** Without a key that has no value, which Pulumi's protocol cannot express. */
function withSaved({ savedVersion: _, savedVersions: __, ...state }: RolloutState, saved: LaunchesFrom): RolloutState {
  const { version: savedVersion, overrides = [] } = saved;
  const own = overrides.map(({ templateId = "", version = "" }) => [templateId, version] as const);
  return {
    ...state,
    ...(savedVersion !== undefined && { savedVersion }),
    ...(own.length > 0 && { savedVersions: Object.fromEntries(own) }),
  };
}

/** @returns "left" if AWS continues alone */
async function take(run: Run, step: Exclude<Step, { kind: "done" }>, view: GroupView): Promise<"left" | undefined> {
  const { access, say, target, state } = run;
  switch (step.kind) {
    case "refuse":
      throw new Error(refusalText(run, step.cause, view));
    case "save":
      say(`no instance is in service, so the group gets ${launchName(target)} at once`);
      await access.save(savedAs(run));
      return noteEarlier(run);
    case "start":
      return start(run, view);
    case "follow":
      say(`an instance refresh to ${launchName(target)} is already running`);
      return state.wait ? void (await follow(run, step.id)) : leave(run);
    case "rollBack":
      say(`an instance refresh away from ${launchName(target)} is running; it is rolled back`);
      await access.rollBack();
      return void (await awaitOther(run, step.id));
    case "cancel":
      say(
        `an instance refresh to ${launchName(view.active?.desired ?? {})} is running; it is cancelled in favor of this one`,
      );
      await access.cancel();
      return void (await awaitOther(run, step.id));
    case "awaitEnd":
      say(`an instance refresh is ${view.active?.status}; waiting for it to end`);
      return void (await awaitOther(run, step.id));
    case "awaitInstances":
      return state.wait ? void (await awaitInstances(run)) : leave(run);
  }
}

/** Recently launched instances of the previous version may still arrive, and may fail. */
async function noteEarlier({ access, earlier, target }: Run): Promise<undefined> {
  for (const { id } of await access.activities(Date.now() - 3_600_000)) earlier.add(id);
  // An instance in transition may have no activity in that list yet
  for (const member of (await access.find())?.members ?? []) {
    if (!isFrom(member, target)) earlier.add(member.id);
  }
}

async function awaitOther(run: Run, id: string): Promise<void> {
  const { status } = await awaitEnd(run, id, run.state.timeoutSeconds);
  run.say(`that instance refresh is ${status}`);
}

async function start(run: Run, { saved }: GroupView): Promise<"left" | undefined> {
  const { access, say, state, target } = run;
  await refuseBesideKept(run);
  // A launch configuration cannot be a refresh's desired configuration: it is saved first, and
  // restored on failure
  if (target.configurationName) await access.save(savedAs(run));
  const id = await startUnlessRunning(run, canRollBack(saved, target));
  if (id === undefined) return undefined;
  say(`rolling out ${launchName(target)}, instance refresh ${id}`);
  return state.wait ? void (await follow(run, id)) : leave(run);
}

/** Whether AWS waits for an instance in a hook before it replaces others is not documented; a failed one is not waited for. */
async function refuseBesideKept(run: Run): Promise<void> {
  const { state, kept } = run;
  await watchKept(run)();
  if (kept.size === 0 || state.keptIn === undefined) return;
  throw new Error(keptText(run, state.keptIn));
}

/** Undefined if another refresh was started first: the next poll finds it. */
async function startUnlessRunning({ access, state, target }: Run, reversible: boolean): Promise<string | undefined> {
  try {
    return await access.start(desiredOf(state, target), preferencesOf(state, reversible));
  } catch (error) {
    if (/^InstanceRefreshInProgress/.test((error as Error).name)) return undefined;
    throw error;
  }
}

function leave({ say, state }: Run): "left" {
  say(`AWS continues alone ('rollout.wait' is false); ${howToLook(state)}`);
  return "left";
}

function desiredOf(state: RolloutState, target: LaunchesFrom): DesiredConfiguration | undefined {
  if (target.configurationName) return undefined;
  if (state.mixedInstances) return { MixedInstancesPolicy: policyOf(state.mixedInstances, target) };
  return { LaunchTemplate: { LaunchTemplateId: target.templateId, Version: target.version } };
}

function preferencesOf({ preferences, templateId }: RolloutState, reversible: boolean): RefreshPreferences {
  const { AlarmNames, CheckpointPercentages, ...given } = preferences;
  return {
    ...given,
    AutoRollback: preferences.AutoRollback && reversible,
    SkipMatching: preferences.SkipMatching && templateId !== undefined,
    CheckpointPercentages: CheckpointPercentages && [...CheckpointPercentages],
    AlarmSpecification: AlarmNames && { Alarms: [...AlarmNames] },
  };
}

/** The input of UpdateAutoScalingGroup. */
function savedAs({ state, target }: Run) {
  if (target.configurationName) return { LaunchConfigurationName: target.configurationName };
  return desiredOf(state, target) ?? {};
}

/** What AWS adds to a policy on its own does not start a second refresh. */
async function look({ access, state, kept }: Run, succeeded: number): Promise<GroupView> {
  const [group, newest] = await Promise.all([found(access), access.refresh()]);
  return {
    saved: group.saved,
    policyIsSaved: access.isPolicySaved(group, state.mixedInstances, succeeded === 0),
    members: group.members.filter(({ id }) => !kept.has(id)),
    pool: await access.pool(group),
    suspended: group.suspended,
    minSize: group.minSize,
    ...(newest && !hasEnded(newest.status) && { active: newest }),
  };
}

async function found(access: GroupAccess): Promise<FoundGroup> {
  const group = await access.find();
  if (group) return group;
  throw new Error(
    `Group "${access.groupName}" does not exist in ${access.region}; 'pulumi refresh' and 'pulumi up' create it again`,
  );
}
