import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { METRICS } from "../../reaper/telemetry/metrics";
import { declareGroup } from "../helpers/declare-group";

const PAGE = readFileSync(join(__dirname, "../../docs/scale.md"), "utf8");
/** Hours of a month, as AWS's price pages calculate it. */
const HOURS = 730;
/** Quantities are rounded to two digits. */
const ROUNDED = 0.05;

interface Row {
  readonly what: string;
  readonly quantity: string;
  readonly price: string;
  readonly dollars: number;
}

/** The rows of the table below a heading. A row without a quantity is a sum. */
function rowsOf(heading: string): Row[] {
  const [, section = ""] = PAGE.split(`\n### ${heading}\n`);
  const [table = ""] = section.split("\n## ").map((part) => part.split("\n### ")[0] ?? "");
  const rows = table.split("\n").filter((line) => /\$[\d.]+\**( \|)$/.test(line));
  return rows.map((line) => {
    const [what = "", quantity = "", price = "", cost = ""] = line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    return { what, quantity, price, dollars: Number(cost.replace(/[*$]/g, "")) };
  });
}

/** "2 of 8 GB" is 16, "6.0 million" at a price "a million" is 6. */
function amount({ quantity, price }: Row): number {
  const numbers = [...quantity.matchAll(/(?<![a-z\d.])[\d.]+/g)].map(([number]) => Number(number));
  const [, dollars = ""] = /^\$([\d.]+)/.exec(price) ?? [];
  const millions = quantity.includes("million") && !price.includes("million") ? 1e6 : 1;
  return numbers.reduce(
    (product, one) => product * one,
    Number(dollars) * millions * (/an hour/.test(price) ? HOURS : 1),
  );
}

/** The metrics that a group's alarms watch, each of which AWS charges as an alarm. */
async function watchedMetrics(): Promise<number> {
  const { resources } = await declareGroup({ scaling: { out: {}, in: {} } });
  const alarms = resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
  const queries = alarms.flatMap(
    ({ inputs }) => (inputs.metricQueries as readonly { metric?: object }[]) ?? [{ metric: {} }],
  );
  return queries.filter(({ metric }) => metric !== undefined).length;
}

describe("the costs in docs/scale.md", () => {
  const tables = { "Monthly cost": 10, "A small fleet": 1 };

  for (const [heading, groups] of Object.entries(tables)) {
    it(`${heading}: each is its quantity times its price, and the sums are right`, () => {
      const rows = rowsOf(heading);
      assert.ok(rows.length > 8, `${rows.length} rows`);
      let [sum, sums] = [0, 0];
      for (const row of rows) {
        if (row.what.startsWith("**")) {
          assert.ok(Math.abs(row.dollars - sum) < 0.005, `${row.what}: ${row.dollars}, but the rows add up to ${sum}`);
          [sum, sums] = [0, sums + 1];
        } else {
          sum += row.dollars;
          const off = Math.abs(amount(row) / row.dollars - 1);
          assert.ok(row.quantity === "" || off < ROUNDED, `${row.what}: ${amount(row)} and not ${row.dollars}`);
        }
      }
      assert.ok(sums > 0 && sum === 0, "the last row is a sum");
    });

    it(`${heading}: the alarms and metrics are those of ${groups} groups`, async () => {
      const quantity = (beginning: string) =>
        Number(rowsOf(heading).find(({ what }) => what.startsWith(beginning))?.quantity);
      assert.equal(quantity("CloudWatch alarms"), groups * (await watchedMetrics()));
      assert.equal(quantity("CloudWatch metrics"), groups * Object.keys(METRICS).length);
    });
  }
});
