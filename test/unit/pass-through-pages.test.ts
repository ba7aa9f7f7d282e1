import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GROUP_RESOURCES, OWNED } from "../../components/pass-through/pass-on";
import { comparisonPage, existing, passed } from "../../docs/comparison";
import { CDK } from "../../docs/comparison/cdk";
import { TERRAFORM } from "../../docs/comparison/terraform";
import { passThroughPage } from "../../docs/pass-through";
import { describedResources, propertiesOf } from "../../docs/provider-properties";

const page = (name: string) => readFileSync(join(__dirname, "../../docs", name), "utf8");

describe("docs/pass-through.md", () => {
  it("matches what the components refuse; `npm run docs` updates it", () => {
    assert.equal(page("pass-through.md"), passThroughPage());
  });

  it("names existing arguments as alternatives", function () {
    this.timeout(30_000);
    for (const resource of GROUP_RESOURCES) {
      const others = propertiesOf(describedResources()[resource]?.argsType ?? "");
      for (const [property, instead] of Object.entries(OWNED[resource])) {
        const [named] = /^use (?:'[^']+'(?: or )?)+/.exec(instead) ?? [];
        const paths = [...(named ?? "").matchAll(/'([^']+)'/g)].map(([, path = ""]) => path);
        assert.ok(!instead.startsWith("use ") || paths.length > 0, `${resource}.${property}: ${instead}`);
        for (const path of paths.filter((one) => !others.includes(one))) existing(path);
      }
    }
  });
});

describe("docs/comparison.md", function () {
  this.timeout(30_000);

  it("matches the types; `npm run docs` updates it", () => {
    assert.equal(page("comparison.md"), comparisonPage());
    assert.deepEqual([Object.keys(TERRAFORM.rows).length, Object.keys(CDK.rows).length], [95, 44]);
  });

  it("cannot contain anything that does not exist", () => {
    assert.throws(() => existing("capacity.minimum"), /a group has no argument 'capacity\.minimum'/);
    assert.throws(() => existing("scaling.targets.*.aim"), /no argument 'scaling\.targets\.\*\.aim'/);
    assert.throws(() => passed("group", "contexts"), /aws\.autoscaling\.GroupArgs has no 'contexts'/);
    assert.throws(() => passed("group", "minSize"), /'passOn\.group\.minSize' is the component's/);
    assert.throws(() => passed("role" as "group", "path"), /nothing is passed on to 'role'/);
  });
});
