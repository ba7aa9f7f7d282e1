import { TYPE } from "../../policy/stack/types";
import type { Stack } from "./stack";
import { one } from "./verdicts";

const ALARM = { metricName: "CPUUtilization", namespace: "AWS/EC2", period: 60, evaluationPeriods: 2 };
const KEY = `id=${"AKIA"}IOSFODNN7EXAMPLE`;
const ENCODED = Buffer.from(KEY).toString("base64");
const CHEF = Buffer.from("#!/bin/bash\nchef-client\n").toString("base64");
const WORLD = { fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" };
const statement = (more: object) => ({ Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", ...more }] });
const queueOf = (type: string, property: string, more: object = {}): Stack => ({
  queue: { type: TYPE.queue, props: { sqsManagedSseEnabled: true } },
  sender: { type, props: { [property]: "$unknown", ...more }, from: { [property]: "queue" } },
});
const chefGroup = (launchTemplate: object): Stack => ({
  template: { type: TYPE.launchTemplate, props: { userData: CHEF } },
  web: {
    type: TYPE.group,
    props: { mixedInstancesPolicy: { launchTemplate } },
    from: { mixedInstancesPolicy: "template" },
  },
});

/** Further stacks that fail: one for each property that a rule reads and that no other stack of the tests has. */
export const MORE_STOPS: Readonly<Record<string, Readonly<Record<string, Stack>>>> = {
  "alarm-can-fire": {
    "actions off": one(TYPE.alarm, { ...ALARM, actionsEnabled: false }),
    "more datapoints than periods": one(TYPE.alarm, { ...ALARM, datapointsToAlarm: 3 }),
    "a period that is none": one(TYPE.alarm, { ...ALARM, period: 45 }),
    "a period finer than AWS's data": one(TYPE.alarm, { ...ALARM, period: 10 }),
  },
  "capacity-in-order": {
    "a minimum above the maximum": one(TYPE.group, { minSize: 4, maxSize: 2 }),
    "more wanted than allowed": one(TYPE.group, { minSize: 1, maxSize: 2, desiredCapacity: 3 }),
  },
  "schedule-in-order": {
    "less wanted than allowed": one(TYPE.schedule, { minSize: 2, maxSize: -1, desiredCapacity: 1 }),
  },
  "dead-letter-queue": {
    "a queue of a hook": queueOf(TYPE.lifecycleHook, "notificationTargetArn"),
    "a queue of a rule": queueOf(TYPE.eventTarget, "arn"),
  },
  "launch-template-by-number": {
    "the policy's version": chefGroup({ launchTemplateSpecification: { id: "$unknown", version: "$Default" } }),
    "an override's version": chefGroup({
      launchTemplateSpecification: { id: "$unknown", version: "1" },
      overrides: [{ launchTemplateSpecification: { id: "$unknown", version: "$Latest" } }],
    }),
  },
  "no-open-ssh": {
    "a rule of its own, by IPv4": one(TYPE.ingressRule, { ...WORLD, ipProtocol: "tcp" }),
    "a rule of its own, by IPv6": one(TYPE.ingressRule, { ipProtocol: "-1", cidrIpv6: "::/0" }),
    "a rule of the old kind, by IPv6": one(TYPE.securityGroupRule, {
      type: "ingress",
      protocol: "6",
      fromPort: 20,
      toPort: 30,
      ipv6CidrBlocks: ["::/0"],
    }),
  },
  "volumes-encrypted": {
    "the root of an instance": one(TYPE.instance, { rootBlockDevice: { encrypted: false } }),
    "another disk of a launch configuration": one(TYPE.launchConfiguration, {
      rootBlockDevice: { encrypted: true },
      ebsBlockDevices: [{ deviceName: "/dev/xvdb", encrypted: false }],
    }),
  },
  "metadata-needs-token": {
    "a launch configuration": one(TYPE.launchConfiguration, { metadataOptions: { httpTokens: "optional" } }),
    "a spot instance": one(TYPE.spotInstance, { metadataOptions: { httpTokens: "optional" } }),
  },
  "parameter-encrypted": {
    "a value": one(TYPE.ssmParameter, { type: "String", value: KEY }),
    "a value that is said to be none": one(TYPE.ssmParameter, { type: "StringList", insecureValue: KEY }),
  },
  "no-secret-in-command": {
    "at the creation": one(TYPE.command, { create: `run ${KEY}` }),
    "at an update": one(TYPE.remoteCommand, { create: "run", update: `run ${KEY}` }),
    "at the end": one(TYPE.command, { create: "run", delete: `run ${KEY}` }),
  },
  "no-secret-in-user-data": {
    "of a template": one(TYPE.launchTemplate, { userData: ENCODED }),
    "of an instance": one(TYPE.instance, { userData: KEY }),
    "of an instance, encoded": one(TYPE.instance, { userDataBase64: ENCODED }),
  },
  "no-wide-managed-policy": {
    "of a permission set": one(TYPE.managedPolicyAttachment, {
      managedPolicyArn: "arn:aws:iam::aws:policy/IAMFullAccess",
    }),
  },
  "function-not-open": {
    everybody: one(TYPE.permission, { principal: "*", action: "lambda:InvokeFunction" }),
  },
  "least-privilege": {
    "a policy inside a role": one(TYPE.role, {
      inlinePolicies: [{ policy: JSON.stringify(statement({ Action: "*", Resource: "*" })) }],
    }),
    "all but some actions": one(TYPE.userPolicy, { policy: statement({ NotAction: "iam:*", Resource: "*" }) }),
    "all but some resources": one(TYPE.groupPolicy, { policy: statement({ NotResource: "arn:aws:s3:::a" }) }),
    "a condition that all meet": one(TYPE.policyDocument, {
      policy: statement({ Resource: "*", Condition: { StringLike: { "aws:SourceArn": "*" } } }),
    }),
  },
  "no-open-principal": {
    "all but some": one(TYPE.queuePolicy, { policy: statement({ NotPrincipal: { AWS: "123456789012" } }) }),
    "a condition that all meet": one(TYPE.topicPolicy, {
      policy: statement({ Principal: { AWS: ["*"] }, Condition: { IpAddress: { "aws:SourceIp": ["0.0.0.0/0"] } } }),
    }),
  },
  "one-direction-per-policy": {
    "steps of both signs": one(TYPE.scalingPolicy, {
      policyType: "StepScaling",
      stepAdjustments: [{ scalingAdjustment: 1 }, { scalingAdjustment: -1 }],
    }),
  },
  "scaling-policy-has-alarm": {
    "no alarm": one(TYPE.scalingPolicy, { policyType: "StepScaling", stepAdjustments: [{ scalingAdjustment: 1 }] }),
  },
};
