import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { backoffSeconds } from "../../reaper/decide/decision";
import { createEmfMetrics } from "../../reaper/telemetry/emf-metrics";
import type { Declaration } from "../helpers/declare";
import { declareGroup } from "../helpers/declare-group";
import { linesWritten } from "../helpers/written";

const QUEUE = "aws:sqs/queue:Queue";
const TOPIC = "aws:sns/topic:Topic";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";

type ShownMetric = readonly [namespace: string, name: string, dimension: string, group: string, look: object];

function ofType(declared: Declaration, type: string) {
  return declared.resources.filter((resource) => resource.type === type);
}

describe("a group's notifications", () => {
  it("are encrypted with your own key, which the reaper may use", async () => {
    const declared = await declareGroup({ notifications: { kmsKeyArn: KEY } });
    assert.equal(declared.one(TOPIC).inputs.kmsMasterKeyId, KEY);
    for (const { inputs } of ofType(declared, QUEUE)) {
      assert.equal(inputs.kmsMasterKeyId, KEY);
      assert.equal(inputs.sqsManagedSseEnabled, undefined);
    }
    const { policy } = declared.one("aws:iam/rolePolicy:RolePolicy", "reaper-service-policy").inputs;
    const statements = (policy as { Statement: Array<{ Sid: string; Resource: string }> }).Statement;
    assert.equal(statements.find(({ Sid }) => Sid === "EncryptedQueues")?.Resource, KEY);
  });

  it("are encrypted with a key created for them, whose policy allows SNS and Auto Scaling", async () => {
    const declared = await declareGroup({ notifications: { createKey: true } });
    const key = declared.one("aws:kms/key:Key");
    assert.equal(key.inputs.enableKeyRotation, true);
    assert.ok(key.dependencies.includes(declared.one("aws:autoscaling/group:Group").urn));
    const { Statement } = JSON.parse(key.inputs.policy as string) as {
      Statement: Array<{ Principal: object; Condition?: object }>;
    };
    const ofAccount = { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:123456789012:*" } };
    assert.deepEqual(
      Statement.map(({ Condition }) => Condition),
      [undefined, ofAccount, undefined],
    );
    assert.deepEqual(
      Statement.map(({ Principal }) => Object.values(Principal)[0]),
      [
        "arn:aws:iam::123456789012:root",
        "sns.amazonaws.com",
        "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
      ],
    );
    const arn = "arn:aws:kms/key:eu-west-3:123456789012:web-events-key";
    assert.equal(declared.one(TOPIC).inputs.kmsMasterKeyId, arn);
    for (const { inputs } of ofType(declared, QUEUE)) assert.equal(inputs.kmsMasterKeyId, arn);
    const { policy } = declared.one("aws:iam/rolePolicy:RolePolicy", "reaper-service-policy").inputs;
    assert.match(JSON.stringify(policy), new RegExp(`"${arn}","Sid":"EncryptedQueues"`));
  });

  it("are encrypted with a key that SNS uses only for the existing topic", async () => {
    const topicArn = "arn:aws:sns:eu-west-3:123456789012:shared";
    const key = (await declareGroup({ notifications: { createKey: true, topicArn } })).one("aws:kms/key:Key");
    assert.match(
      String(key.inputs.policy),
      /"ArnLike":\{"aws:SourceArn":"arn:aws:sns:eu-west-3:123456789012:shared"\}/,
    );
  });

  it("go to an existing topic, and to additional ones", async () => {
    const topicArn = "arn:aws:sns:eu-west-3:123456789012:shared";
    const declared = await declareGroup({ notifications: { topicArn, moreTopicArns: [`${topicArn}-2`] } });
    assert.deepEqual(ofType(declared, TOPIC), []);
    const announced = ofType(declared, "aws:autoscaling/notification:Notification").map(
      ({ inputs }) => inputs.topicArn,
    );
    assert.deepEqual(announced.sort(), [topicArn, `${topicArn}-2`]);
    assert.equal(declared.one("aws:sns/topicSubscription:TopicSubscription").inputs.topic, topicArn);
  });

  it("go to an existing queue, without changing its policy", async () => {
    const arn = "arn:aws:sqs:eu-west-3:123456789012:shared";
    const url = "https://sqs.eu-west-3.amazonaws.com/123456789012/shared";
    const queue = { url, arn, deadLetterQueueUrl: `${url}-dead`, deadLetterQueueArn: `${arn}-dead` };
    const declared = await declareGroup({ notifications: { queue } });
    assert.deepEqual([...ofType(declared, QUEUE), ...ofType(declared, "aws:sqs/queuePolicy:QueuePolicy")], []);
    assert.equal(declared.one("aws:lambda/eventSourceMapping:EventSourceMapping").inputs.eventSourceArn, arn);
  });

  it("are refused over an unencrypted connection", async () => {
    const declared = await declareGroup();
    const policy = JSON.parse(declared.one("aws:sqs/queuePolicy:QueuePolicy").inputs.policy as string);
    const { Effect, Condition } = policy.Statement[1];
    assert.deepEqual([Effect, Condition], ["Deny", { Bool: { "aws:SecureTransport": "false" } }]);
  });
});

describe("a group's observation", () => {
  const endings = (declared: Declaration) => ofType(declared, ALARM).map(({ name }) => name.replace("web-watch-", ""));

  it("watches by default what docs/notifications.md lists, with the configured actions", async () => {
    const declared = await declareGroup({ observation: { alarms: { actionArns: ["arn:aws:sns:x:1:pager"] } } });
    const rows = readFileSync(join(__dirname, "../../docs/notifications.md"), "utf8").matchAll(/^\| `([a-z-]+)` \|/gm);
    const documented = [...rows].map(([, alarm]) => alarm);
    assert.ok(documented.includes("dead-letters"));
    assert.deepEqual(endings(declared).sort(), documented.sort());
    for (const { inputs } of ofType(declared, ALARM)) assert.deepEqual(inputs.alarmActions, ["arn:aws:sns:x:1:pager"]);
    const { inputs } = declared.one(ALARM, "dead-letters");
    assert.deepEqual(inputs.dimensions, { QueueName: "web-events-dead-letters" });
    assert.deepEqual([inputs.threshold, inputs.comparisonOperator], [0, "GreaterThanThreshold"]);
  });

  it("watches no function if a worker reads the queue", async () => {
    const declared = await declareGroup({ reaper: { mode: "worker" } });
    assert.deepEqual(
      endings(declared).sort(),
      ["dead-letters", "missing-instances", "oldest-message", "reap-failures"].sort(),
    );
  });

  it("fires while every attempt for a message fails, however long the delay between two has become", async () => {
    const { inputs } = (await declareGroup()).one(ALARM, "reap-failures");
    assert.deepEqual([inputs.statistic, inputs.threshold, inputs.evaluationPeriods], ["Sum", 0, 2]);
    assert.ok(backoffSeconds(Number.MAX_SAFE_INTEGER) < (inputs.period as number));
    const metrics = createEmfMetrics();
    metrics.add("failures", "staging-web", 1);
    const [line] = linesWritten(() => metrics.publish()).map((text) => JSON.parse(text));
    const [{ Namespace, Metrics, Dimensions }] = line._aws.CloudWatchMetrics;
    assert.deepEqual([inputs.namespace, inputs.metricName], [Namespace, Metrics[0].Name]);
    assert.deepEqual(inputs.dimensions, { [Dimensions[0][0]]: line[Dimensions[0][0]] });
  });

  it("fires when Lambda drops a scheduled run, which happens too rarely for the alarm on errors", async () => {
    const declared = await declareGroup();
    const { inputs } = declared.one(ALARM, "dropped-events");
    assert.deepEqual([inputs.namespace, inputs.metricName], ["AWS/Lambda", "AsyncEventsDropped"]);
    assert.deepEqual(inputs.dimensions, { FunctionName: "web-reaper-reconcile" });
    assert.deepEqual(declared.one(ALARM, "reaper-errors").inputs.dimensions, { FunctionName: "web-reaper-function" });
    assert.deepEqual([inputs.statistic, inputs.threshold, inputs.evaluationPeriods], ["Sum", 0, 1]);
  });

  it("fires when instances are missing for an hour, whoever launches and terminates them", async () => {
    const { inputs } = (await declareGroup()).one(ALARM, "missing-instances");
    const [wanted, serving, missing] = inputs.metricQueries as Array<Record<string, unknown>>;
    const metric = (metricName: string, stat: string) => ({
      metricName,
      stat,
      namespace: "AWS/AutoScaling",
      dimensions: { AutoScalingGroupName: "staging-web" },
      period: 300,
    });
    assert.deepEqual(wanted?.metric, metric("GroupDesiredCapacity", "Minimum"));
    assert.deepEqual(serving?.metric, metric("GroupInServiceInstances", "Maximum"));
    assert.deepEqual([missing?.expression, missing?.returnData], ["wanted - serving", true]);
    assert.deepEqual([inputs.threshold, inputs.evaluationPeriods], [0, 12]);
    const types = [{ instanceType: "t3.small", weight: 2 }];
    const weighted = (await declareGroup({ mixedInstances: { types } })).one(ALARM, "missing-instances");
    const queries = weighted.inputs.metricQueries as Array<{ metric?: { metricName: string } }>;
    assert.equal(queries[1]?.metric?.metricName, "GroupInServiceCapacity");
  });

  it("creates no alarms if they are turned off", async () => {
    assert.deepEqual(endings(await declareGroup({ observation: { alarms: false } })), []);
  });

  it("shows load, capacity, alarms, messages and removed nodes on one page", async () => {
    const declared = await declareGroup({ scaling: { out: {}, in: {} }, observation: { dashboard: true } });
    const { dashboardBody, dashboardName } = declared.one("aws:cloudwatch/dashboard:Dashboard").inputs;
    assert.equal(dashboardName, "staging-web");
    const [alarms, ...graphs] = JSON.parse(dashboardBody as string).widgets;
    assert.equal(alarms.properties.alarms.length, 9);
    assert.deepEqual(
      graphs.map(({ properties }: { properties: { title: string } }) => properties.title),
      [
        "CPU, average of the group's instances",
        "Instances of the group",
        "Messages to the reaper",
        "Chef nodes removed, each 5 minutes",
      ],
    );
  });

  it("shows the reaper's metrics with the names that the reaper writes", async () => {
    const declared = await declareGroup({ observation: { dashboard: true } });
    const { dashboardBody } = declared.one("aws:cloudwatch/dashboard:Dashboard").inputs;
    const shown: ShownMetric[] = JSON.parse(dashboardBody as string).widgets.at(-1).properties.metrics;
    const metrics = createEmfMetrics();
    metrics.add("reaped", "staging-web", 1);
    metrics.add("failures", "staging-web", 1);
    metrics.add("reconciled", "staging-web", 1);
    metrics.add("reconcileStopped", "staging-web", 1);
    const [line] = linesWritten(() => metrics.publish()).map((text) => JSON.parse(text));
    const [written] = line._aws.CloudWatchMetrics;
    const [[dimension]] = written.Dimensions;
    assert.deepEqual(
      shown.map(([namespace, name, by, group]) => [namespace, name, by, group]),
      written.Metrics.map(({ Name }: { Name: string }) => [written.Namespace, Name, dimension, line[dimension]]),
    );
  });
});
