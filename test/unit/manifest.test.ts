import assert from "node:assert/strict";
import { imageIdsOf } from "../../packer/run/manifest";

const build = (run: string, artifact: string) => ({ name: "image", packer_run_uuid: run, artifact_id: artifact });
const manifest = (last: string, ...builds: object[]) => JSON.stringify({ builds, last_run_uuid: last });

describe("Packer's manifest", () => {
  it("contains the image of the last run, wherever it is", () => {
    const text = manifest("two", build("two", "eu-central-1:ami-2"), build("one", "eu-central-1:ami-1"));
    assert.deepEqual(imageIdsOf(text, ["eu-central-1"]), { "eu-central-1": "ami-2" });
  });

  it("contains the image of each requested region", () => {
    const text = manifest("one", build("one", "us-east-1:ami-1,us-east-1-x:ami-2,eu-central-1:ami-3"));
    const both = { "eu-central-1": "ami-3", "us-east-1": "ami-1" };
    assert.deepEqual(imageIdsOf(text, ["eu-central-1", "us-east-1"]), both);
  });

  it("is not read for an earlier run's image", () => {
    const text = manifest("two", build("one", "eu-central-1:ami-1"));
    assert.throws(() => imageIdsOf(text, ["eu-central-1"]), /no image of its last run in 'eu-central-1', got 'none'/);
  });

  it("ignores a build without a run id", () => {
    const text = JSON.stringify({ builds: [{ artifact_id: "eu-central-1:ami-1" }] });
    assert.throws(() => imageIdsOf(text, ["eu-central-1"]), /no image/);
  });

  it("is read for every build of the run, and refused with two images", () => {
    const text = manifest("one", build("one", "us-east-1:ami-1"), build("one", "eu-central-1:ami-2"));
    assert.deepEqual(imageIdsOf(text, ["eu-central-1"]), { "eu-central-1": "ami-2" });
    const two = manifest("one", build("one", "us-east-1:ami-1"), build("one", "us-east-1:ami-2"));
    assert.throws(() => imageIdsOf(two, ["us-east-1"]), /more than one image .*got 'us-east-1:ami-1, us-east-1:ami-2'/);
  });

  for (const text of ["", manifest("one", build("one", "us-east-1:ami-1")).slice(0, -9), "null", "7"]) {
    it(`is refused if it is '${text.slice(0, 8)}'`, () => {
      assert.throws(() => imageIdsOf(text, ["us-east-1"]), /is truncated or not JSON: .*; run the update again/);
    });
  }

  for (const builds of [{}, [null], [7], [{ packer_run_uuid: "one", artifact_id: 7 }]]) {
    it(`names no image in ${JSON.stringify(builds)}`, () => {
      const text = JSON.stringify({ builds, last_run_uuid: "one" });
      assert.throws(() => imageIdsOf(text, ["us-east-1"]), /names no image/);
    });
  }

  it("shows in the error which regions there are", () => {
    const text = manifest("one", build("one", "us-east-1:ami-1"));
    assert.throws(() => imageIdsOf(text, ["eu-central-1"]), /got 'us-east-1:ami-1'/);
  });
});
