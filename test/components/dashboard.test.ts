import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChefAutoScalingGroupArgs } from "../../components";
import { dashboardDocument } from "../../docs/dashboard";
import { COLUMNS, type DrawnWidget } from "../../docs/dashboard-picture";
import { projectRoot } from "../../lab/services/places";
import { GROUP_DIMENSION, METRICS, METRICS_NAMESPACE } from "../../reaper/telemetry/metrics";
import { declareGroup } from "../helpers/declare-group";

type Metric = readonly [namespace: string, name: string, dimension: string, value: string, drawn: Drawn];

interface Drawn {
  readonly label?: string;
  readonly yAxis?: string;
  readonly color?: string;
}

/**
 * The metrics that AWS publishes for a group's instances and for a queue, and by which dimension. The group's own come from its declaration.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const PUBLISHED_BY_AWS = [
  "AWS/EC2 CPUUtilization AutoScalingGroupName",
  "AWS/SQS ApproximateNumberOfMessagesVisible QueueName",
  "AWS/SQS ApproximateAgeOfOldestMessage QueueName",
];

const GROUPS: Readonly<Record<string, Partial<ChefAutoScalingGroupArgs>>> = {
  "a plain group": {},
  "a group without alarms": { observation: { dashboard: true, alarms: false } },
  "a group of weights": { mixedInstances: { types: [{ instanceType: "t3.small", weight: 2 }] } },
  "a group that scales": { scaling: { out: { threshold: 65 }, in: {}, targets: { load: { target: 50 } } } },
};

describe("the dashboard", () => {
  for (const [what, args] of Object.entries(GROUPS)) {
    describe(`of ${what}`, () => {
      let widgets: readonly DrawnWidget[] = [];
      let published: readonly string[] = [];
      before(async () => {
        const declared = await declareGroup({ observation: { dashboard: true }, ...args });
        widgets = JSON.parse(String(declared.one("aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody)).widgets;
        const enabled = declared.one("aws:autoscaling/group:Group").inputs.enabledMetrics as string[];
        published = [
          ...PUBLISHED_BY_AWS,
          ...enabled.map((name) => `AWS/AutoScaling ${name} AutoScalingGroupName`),
          ...Object.values(METRICS).map(({ name }) => `${METRICS_NAMESPACE} ${name} ${GROUP_DIMENSION}`),
        ];
      });

      it("fits into the grid, without overlapping widgets", () => {
        const taken = new Set<string>();
        for (const { x, y, width, height } of widgets) {
          assert.ok(x >= 0 && x + width <= COLUMNS, `columns ${x} to ${x + width}`);
          for (let column = x; column < x + width; column += 1) {
            for (let row = y; row < y + height; row += 1) {
              assert.ok(!taken.has(`${column} ${row}`), `two widgets at column ${column}, row ${row}`);
              taken.add(`${column} ${row}`);
            }
          }
        }
        const rows = Math.max(...widgets.map(({ y, height }) => y + height));
        assert.equal(taken.size, rows * COLUMNS, "there are holes in it");
      });

      it("names every widget, line and axis, and uses no color twice in a graph", () => {
        for (const { type, properties } of widgets) {
          assert.ok(properties.title);
          if (type !== "metric") continue;
          const drawn = metricsOf(properties).map(([, , , , how]) => how);
          assert.equal(new Set(drawn.map(({ label }) => label || assert.fail("no label"))).size, drawn.length);
          const axes = new Set(drawn.map(({ yAxis = "left" }) => yAxis as "left" | "right"));
          for (const axis of axes) assert.ok(properties.yAxis?.[axis]?.label, `${properties.title}: ${axis}`);
          const colours = drawn.flatMap(({ color }) => color ?? []);
          assert.equal(new Set(colours).size, colours.length);
        }
      });

      it("shows only metrics that AWS or the reaper publishes", () => {
        const shown = widgets
          .flatMap(({ properties }) => metricsOf(properties))
          .map((metric) => metric.slice(0, 3).join(" "));
        assert.ok(shown.length >= 11);
        assert.deepEqual(
          shown.filter((one) => !published.includes(one)),
          [],
        );
      });
    });
  }

  it("shows the thresholds at which the group scales, but not for other metrics", async () => {
    const lines = async (args: Partial<ChefAutoScalingGroupArgs>) => {
      const declared = await declareGroup({ observation: { dashboard: true }, ...args });
      const body = JSON.parse(String(declared.one("aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody));
      const load = body.widgets.find(({ properties }: DrawnWidget) => properties.title?.startsWith("CPU"));
      return load.properties.annotations?.horizontal.map(({ value }: { value: number }) => value);
    };
    assert.deepEqual(await lines(GROUPS["a group that scales"] ?? {}), [65, 30, 50]);
    const metric = { namespace: "Shop", metricName: "Waiting" };
    assert.equal(await lines({ scaling: { out: { metric, threshold: 5 } } }), undefined);
    const out = [{ threshold: 80 }, { name: "late", threshold: 95 }, { name: "off", threshold: 50, enabled: false }];
    assert.deepEqual(await lines({ scaling: { out } }), [80, 95]);
  });

  it("counts weights if the group has them", async () => {
    const declared = await declareGroup({ observation: { dashboard: true }, ...GROUPS["a group of weights"] });
    const body = String(declared.one("aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody);
    assert.match(body, /GroupInServiceCapacity/);
    assert.doesNotMatch(body, /GroupInServiceInstances/);
  });

  it("matches docs/dashboard.svg; `npm run docs` draws it", () => {
    assert.equal(readFileSync(join(projectRoot, "docs/dashboard.svg"), "utf8"), dashboardDocument());
  });
});

function metricsOf({ metrics = [] }: DrawnWidget["properties"]): Metric[] {
  return metrics.map((metric) => metric as unknown as Metric);
}
