import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { renderUserData } from "../../components";
import { hookAnsweredByInstance } from "../../components/group/lifecycle-hooks";
import { USER_DATA_LIMIT_BYTES } from "../../components/group/user-data";
import { convergeScript } from "../../packer";
import { CHEF } from "../helpers/arguments";

describe("the free space in the user data according to docs/first-boot.md", () => {
  const words = readFileSync("docs/first-boot.md", "utf8");
  const promised = (pattern: RegExp) => Number(pattern.exec(words)?.[1]?.replace(",", ""));

  it("is available, with a script no larger than stated", () => {
    const args = { chef: CHEF, groupName: "staging-web", region: "eu-central-1", warmPool: {} };
    const launchHook = hookAnsweredByInstance(undefined, "keep");
    const bytes = Buffer.byteLength(renderUserData({ ...args, launchHook, runList: ["recipe[base]"] }));
    const script = Buffer.byteLength(convergeScript());
    assert.ok(script < promised(/less than ([\d,]+) bytes of them/), `${script} bytes of script`);
    assert.ok(bytes - script < promised(/plain group less than ([\d,]+)/), `${bytes - script} bytes of settings`);
    assert.ok(USER_DATA_LIMIT_BYTES - bytes > promised(/more than ([\d,]+) are left/), `${bytes} bytes in all`);
  });
});
