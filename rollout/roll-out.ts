/** What a Rollout does on create, update, refresh and delete; built into one file, dist/providers/rollout.js. */
import { refuseForgotten } from "./attached";
import { awaitInstances } from "./await-instances";
import { type GroupView, nextStep, type Step } from "./decide";
import { noteEarlier } from "./earlier";
import { inServiceText, launchName } from "./failure-report";
import { awaitEnd } from "./follow";
import { accessGroup, hasEnded } from "./group-access";
import { found } from "./interrupted";
import type { LaunchesFrom } from "./launched-from";
import { patientCaller } from "./patience";
import { rollBackOrCancel } from "./put-back";
import { refusalText } from "./refusal";
import { lastInService } from "./restore";
import type { RolloutState } from "./rollout-state";
import { launchInput, leavesOf, type Run, type Say, savesFirst } from "./run";
import { followed, leave, type Outcome, start } from "./start";
import { targetOf } from "./target";
import { warnOfKept, warnOfLeft, warnOfPool } from "./warnings";

/** What an update knows beside its declaration. */
interface Around {
  /** The state that the last successful update left; none for a new group. */
  readonly previous?: RolloutState;
  /** Throws if the update was killed. */
  readonly ensureHeard?: () => Promise<void>;
}

/**
 * Brings the group to the declared version and returns the new state.
 *
 * @throws an error with the cause, the console output of instances, what is in service now and what to do next; the group then has its
 * previous version
 */
export async function rollOut(
  state: RolloutState,
  say: Say,
  { previous, ensureHeard }: Around = {},
): Promise<RolloutState> {
  const tell = (line: string) => say(`${state.groupName}: ${line}`);
  const access = accessGroup(state, patientCaller(tell, ensureHeard));
  const group = await found(access);
  refuseForgotten(state, group, previous);
  const target = await targetOf(access, state, group, tell);
  const { restore, resumes } = await lastInService(access, { state, group, target, previous });
  let run: Run = {
    ...{ access, state, target, before: group.saved, restore, say: tell },
    ...{ savesFirst: savesFirst(state, group), earlier: new Set(), kept: new Map() },
  };
  const goal = { target, minSize: state.minSize, leaves: leavesOf(state), savesFirst: run.savesFirst, resumes };
  let succeeded = 0;
  for (;;) {
    const view = await look(run, succeeded);
    const step = nextStep(view, { ...goal, succeeded });
    if (step.kind === "done") break;
    const outcome = await take(run, step, view);
    if (outcome === "left") return withSaved(state, {}, await access.refresh());
    if (outcome === "succeeded") [succeeded, run] = [succeeded + 1, { ...run, restore: undefined }];
  }
  const after = await found(access);
  const { members, saved } = after;
  warnOfLeft(run, members);
  warnOfPool(run, await access.pool(after));
  warnOfKept(run);
  tell(`done: ${inServiceText(members)}`);
  return withSaved(state, saved, await access.refresh());
}

/** Without a key that has no value, which Pulumi's protocol cannot express. */
function withSaved(
  { savedVersion: _, savedVersions: __, refreshId: ___, ...state }: RolloutState,
  saved: LaunchesFrom,
  newest?: { readonly id: string },
): RolloutState {
  const { version: savedVersion, overrides = [] } = saved;
  const own = overrides.map(({ templateId = "", version = "" }) => [templateId, version] as const);
  return {
    ...state,
    ...(savedVersion !== undefined && { savedVersion }),
    ...(newest && { refreshId: newest.id }),
    ...(own.length > 0 && { savedVersions: Object.fromEntries(own) }),
  };
}

async function take(run: Run, step: Exclude<Step, { kind: "done" }>, view: GroupView): Promise<Outcome> {
  const { access, say, target, state } = run;
  switch (step.kind) {
    case "refuse":
      throw new Error(refusalText(run, step.cause, view));
    case "save":
      say(`no instance is in service, so the group gets ${launchName(target)} at once`);
      await access.save(launchInput(state, target));
      return void (await noteEarlier(run));
    case "start":
      return start(run);
    case "follow":
      say(`an instance refresh to ${launchName(target)} is already running`);
      return followed(run, step.id);
    case "rollBack":
      say(`an instance refresh away from ${launchName(target)} is running; it is rolled back`);
      await rollBackOrCancel(run);
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

async function awaitOther(run: Run, id: string): Promise<void> {
  const { status } = await awaitEnd(run, id, run.state.timeoutSeconds);
  run.say(`that instance refresh is ${status}`);
}

/** What AWS adds to a policy on its own does not start a second refresh. */
async function look({ access, state, kept }: Run, succeeded: number): Promise<GroupView> {
  // One after the other: AWS lists no refreshes of a group that is gone
  const group = await found(access);
  const newest = await access.refresh();
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
