import assert from "node:assert/strict";
import { isRegion } from "../../aws/region";
import { regionOfNode } from "../../chef/node-place";
import { repositoryArn } from "../../components/reaper/image-pull";
import { ZONE } from "../../components/validation/aws-references";
import { referenceIssues } from "../../components/validation/reference";

/** Regions with a zone and the suffix of their partition's hosts, from botocore's partitions.json and endpoints. */
const PLACES = [
  ["eu-west-3", "eu-west-3a", "amazonaws.com"],
  ["us-gov-east-1", "us-gov-east-1b", "amazonaws.com"],
  ["cn-northwest-1", "cn-northwest-1c", "amazonaws.com.cn"],
  ["eusc-de-east-1", "eusc-de-east-1a", "amazonaws.eu"],
  ["us-isob-east-1", "us-isob-east-1a", "sc2s.sgov.gov"],
  ["eu-isoe-west-1", "eu-isoe-west-1a", "cloud.adc-e.uk"],
  ["us-isof-south-1", "us-isof-south-1a", "csp.hci.ic.gov"],
  ["us-west-2", "us-west-2-lax-1a", "amazonaws.com"],
] as const;

describe("regions of every partition", () => {
  for (const [region, zone, suffix] of PLACES) {
    it(region, () => {
      assert.ok(isRegion(region));
      assert.deepEqual(referenceIssues(ZONE, [zone], "availabilityZones"), []);
      const node = { name: "n", automatic: { ec2: { placement_availability_zone: zone } } };
      assert.equal(regionOfNode(node as never), region);
      const image = `123456789012.dkr.ecr.${region}.${suffix}/reaper:1.2.0`;
      assert.equal(repositoryArn(image, "aws-x"), `arn:aws-x:ecr:${region}:123456789012:repository/reaper`);
    });
  }

  it("and nothing else", () => {
    for (const text of ["", "paris", "eu-west", "eu-west-3a", "EU-WEST-3", "a-b-1", "europe-west-1", undefined, 7]) {
      assert.ok(!isRegion(text), String(text));
    }
  });
});
