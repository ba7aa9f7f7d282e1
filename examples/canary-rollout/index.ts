/**
 * For teams that try a new image on a few instances first. The rollout replaces a tenth of the group and waits for 15
 * minutes, then half of the group, then the rest. If the alarm fires or first boots fail, the rollout is rolled back, and
 * `pulumi up` fails with the reason.
 *
 * Configure `chef`, `imageId`, `subnetIds`, `targetGroupArn` and `loadBalancer`, the name that CloudWatch uses for the load
 * balancer (app/web/50dc6c).
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

const errors = new aws.cloudwatch.MetricAlarm("web-errors", {
  alarmDescription: "Answers with 5xx while a new image goes out",
  namespace: "AWS/ApplicationELB",
  metricName: "HTTPCode_Target_5XX_Count",
  dimensions: { LoadBalancer: config.require("loadBalancer") },
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 3,
  comparisonOperator: "GreaterThanThreshold",
  threshold: 20,
  treatMissingData: "notBreaching", // without 5xx responses, there is no data
});

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 10, max: 40 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
  targetGroupArns: [config.require("targetGroupArn")],
  health: { kind: "elb", gracePeriodSeconds: 600 },
  rollout: {
    checkpointPercentages: [10, 50, 100],
    checkpointDelaySeconds: 900,
    alarmNames: [errors.name],
    maxFailedInstances: 1,
  },
});

export const group = web.autoScalingGroupName;
