import * as sdk from "@aws-sdk/client-auto-scaling";
import type { Properties } from "../values";
import { isGone } from "./gone";
import { pascal } from "./pascal";
import { needText, object, texts } from "./reading";
import type { Call, Change } from "./resource-type";
import { waitUntil } from "./waiting";

/** Inputs whose change starts a refresh even if `triggers` does not name them. */
const LAUNCH_INPUTS = ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"];
const CANCEL_LIMIT_SECONDS = 300;

/**
 * Starts an instance refresh after an update that changed how instances are launched or one of the `triggers`. A refresh in progress is
 * cancelled first. As in terraform-provider-aws, it does not wait for the end.
 */
export async function refreshInstances(
  call: Call,
  { id, inputs, changed }: Change,
  desired: sdk.DesiredConfiguration,
): Promise<void> {
  const refresh = object(inputs, "instanceRefresh");
  if (refresh === undefined) return;
  const triggers = (texts(refresh, "triggers") ?? []).map((trigger) => (trigger === "tag" ? "tags" : trigger));
  if (!changed(...LAUNCH_INPUTS, ...triggers.map(camel))) return;
  const given = object(refresh, "preferences");
  const request = {
    AutoScalingGroupName: id,
    Strategy: needText(refresh, "strategy") as sdk.RefreshStrategy,
    Preferences: preferences(given),
    // As in terraform-provider-aws, which sets the desired configuration only if the refresh may roll back
    DesiredConfiguration: given?.autoRollback === true ? desired : undefined,
  };
  await cancelRunning(call, id);
  await call.clients.autoScaling.send(new sdk.StartInstanceRefreshCommand(request));
  call.log(`instance refresh of '${id}' started`);
}

/** Triggers have Terraform's names, such as `launch_template`. */
function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function preferences(given: Properties | undefined): sdk.RefreshPreferences | undefined {
  if (given === undefined) return undefined;
  return pascal<sdk.RefreshPreferences>(given, { counts: ["checkpointDelay", "instanceWarmup"] });
}

async function cancelRunning(call: Call, name: string): Promise<void> {
  const target = { AutoScalingGroupName: name };
  try {
    await call.clients.autoScaling.send(new sdk.CancelInstanceRefreshCommand(target));
  } catch (error) {
    if (error instanceof Error && /ActiveInstanceRefreshNotFound/.test(error.name)) return;
    if (isGone(error)) return;
    throw error;
  }
  await waitUntil(`the running instance refresh of '${name}' to be cancelled`, CANCEL_LIMIT_SECONDS, async () => {
    const answer = await call.clients.autoScaling.send(new sdk.DescribeInstanceRefreshesCommand(target));
    const active = answer.InstanceRefreshes?.find((one) =>
      ["Pending", "InProgress", "Cancelling"].includes(one.Status ?? ""),
    );
    return active === undefined ? undefined : `it is ${active.Status}`;
  });
}
