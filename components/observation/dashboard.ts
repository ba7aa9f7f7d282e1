import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { merge } from "../pass-through/merge";
import type { PassedOn } from "../pass-through/pass-on";
import type { Scaling } from "../scaling";
import { dashboardWidgets } from "./dashboard-widgets";

export interface DashboardArgs {
  readonly region: pulumi.Input<string>;
  readonly autoScalingGroupName: pulumi.Input<string>;
  readonly queueArn: pulumi.Input<string>;
  readonly deadLetterQueueArn: pulumi.Input<string>;
  /** Alarms whose state is shown. */
  readonly alarmArns: readonly pulumi.Input<string>[];
  readonly weighted: boolean;
  readonly scaling: Scaling;
  readonly passedOn?: PassedOn<"dashboard">;
}

/** Declares the dashboard of one group, with the group's name. */
export function createDashboard(name: string, args: DashboardArgs, parent: pulumi.Resource): aws.cloudwatch.Dashboard {
  const { autoScalingGroupName, weighted, scaling } = args;
  const dashboardBody = pulumi
    .all([args.region, autoScalingGroupName, args.queueArn, args.deadLetterQueueArn, pulumi.all([...args.alarmArns])])
    .apply(([region, group, queueArn, deadLetterArn, alarms]) => {
      const names = { group, queue: last(queueArn), deadLetters: last(deadLetterArn) };
      return JSON.stringify({ widgets: dashboardWidgets({ region, ...names, alarms, weighted, scaling }) });
    });
  const dashboardName = pulumi.output(autoScalingGroupName).apply((group) => group.replaceAll(".", "-"));
  const declare = (merged: aws.cloudwatch.DashboardArgs) =>
    new aws.cloudwatch.Dashboard(`${name}-dashboard`, merged, { parent });
  return merge("dashboard", { dashboardName, dashboardBody }, args.passedOn, declare);
}

function last(arn: string): string {
  return arn.slice(arn.lastIndexOf(":") + 1);
}
