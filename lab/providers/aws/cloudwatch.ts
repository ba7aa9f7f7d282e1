import * as sdk from "@aws-sdk/client-cloudwatch";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { outputs, pascal, pick } from "./pascal";
import { count, flag, needText, text, textMap } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";
import { droppedTags, tagList } from "./tags";

const DIRECT = [
  ...["actionsEnabled", "alarmActions", "alarmDescription", "comparisonOperator", "datapointsToAlarm"],
  ...["evaluationPeriods", "extendedStatistic", "insufficientDataActions", "metricName", "namespace", "period"],
  ...["statistic", "threshold", "thresholdMetricId", "treatMissingData", "unit"],
];

const metricAlarm: ResourceType = {
  inputs: {
    ...plain(...DIRECT, "dimensions", "evaluateLowSampleCountPercentiles", "name", "okActions", "tags"),
    metricQueries: {
      ...plain("accountId", "expression", "id", "label", "period", "returnData"),
      metric: plain("dimensions", "metricName", "namespace", "period", "stat", "unit"),
    },
  },
  required: ["comparisonOperator", "evaluationPeriods"],
  defaults: { actionsEnabled: true, treatMissingData: "missing" },
  replaces: ["name"],
  automaticName: {},
  computed: ["arn"],
  async create(call, inputs) {
    await putAlarm(call, inputs);
    return needText(inputs, "name");
  },
  async update(call, { inputs, oldInputs, oldOutputs, changed }) {
    await putAlarm(call, inputs);
    if (!changed("tags", "tagsAll")) return;
    const ResourceARN = needText(oldOutputs, "arn");
    const TagKeys = droppedTags(oldInputs, inputs);
    if (TagKeys.length > 0) await call.clients.cloudWatch.send(new sdk.UntagResourceCommand({ ResourceARN, TagKeys }));
    await call.clients.cloudWatch.send(new sdk.TagResourceCommand({ ResourceARN, Tags: tagList(inputs) }));
  },
  async read(call, id) {
    const answer = await call.clients.cloudWatch.send(new sdk.DescribeAlarmsCommand({ AlarmNames: [id] }));
    const found = answer.MetricAlarms?.[0];
    return found && outputs({ arn: found.AlarmArn, name: found.AlarmName });
  },
  async delete(call, id) {
    await unlessGone(call.clients.cloudWatch.send(new sdk.DeleteAlarmsCommand({ AlarmNames: [id] })));
  },
};

async function putAlarm(call: Call, inputs: Properties): Promise<void> {
  const queries = inputs.metricQueries as Properties[] | undefined;
  await call.clients.cloudWatch.send(
    new sdk.PutMetricAlarmCommand({
      ...pascal<Omit<sdk.PutMetricAlarmCommandInput, "AlarmName" | "EvaluationPeriods" | "ComparisonOperator">>(
        pick(inputs, ...DIRECT),
      ),
      AlarmName: needText(inputs, "name"),
      ComparisonOperator: needText(inputs, "comparisonOperator") as sdk.ComparisonOperator,
      EvaluationPeriods: count(inputs, "evaluationPeriods"),
      EvaluateLowSampleCountPercentile: text(inputs, "evaluateLowSampleCountPercentiles"),
      OKActions: inputs.okActions as string[] | undefined,
      Dimensions: dimensions(inputs),
      Metrics: queries?.map(metricQuery),
      Tags: tagList(inputs),
    }),
  );
}

function dimensions(inputs: Properties): sdk.Dimension[] {
  return Object.entries(textMap(inputs, "dimensions")).map(([Name, Value]) => ({ Name, Value }));
}

function metricQuery(query: Properties): sdk.MetricDataQuery {
  const metric = query.metric as Properties | undefined;
  return {
    ...pascal<Omit<sdk.MetricDataQuery, "Id">>(pick(query, "accountId", "expression", "label", "period")),
    Id: needText(query, "id"),
    ReturnData: flag(query, "returnData"),
    MetricStat: metric && {
      Metric: {
        MetricName: text(metric, "metricName"),
        Namespace: text(metric, "namespace"),
        Dimensions: dimensions(metric),
      },
      Period: count(metric, "period"),
      Stat: needText(metric, "stat"),
      Unit: text(metric, "unit") as sdk.StandardUnit | undefined,
    },
  };
}

const dashboard: ResourceType = {
  inputs: plain("dashboardBody", "dashboardName"),
  required: ["dashboardBody", "dashboardName"],
  replaces: ["dashboardName"],
  computed: ["dashboardArn"],
  async create(call, inputs) {
    await putDashboard(call, inputs);
    return needText(inputs, "dashboardName");
  },
  async update(call, { inputs }) {
    await putDashboard(call, inputs);
  },
  async read(call, id) {
    const found = await unlessGone(call.clients.cloudWatch.send(new sdk.GetDashboardCommand({ DashboardName: id })));
    return found && outputs({ dashboardArn: found.DashboardArn });
  },
  async delete(call, id) {
    await unlessGone(call.clients.cloudWatch.send(new sdk.DeleteDashboardsCommand({ DashboardNames: [id] })));
  },
};

async function putDashboard(call: Call, inputs: Properties): Promise<void> {
  const DashboardName = needText(inputs, "dashboardName");
  const DashboardBody = needText(inputs, "dashboardBody");
  await call.clients.cloudWatch.send(new sdk.PutDashboardCommand({ DashboardName, DashboardBody }));
}

export const CLOUDWATCH: ResourceTypes = {
  "aws:cloudwatch/dashboard:Dashboard": dashboard,
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
};
