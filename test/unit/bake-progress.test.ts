import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanerPaths, scriptsFolder } from "../../packer/inputs/packer-files";
import { failure } from "../../packer/run/failure";
import { bakeSteps, withProgress } from "../../packer/run/progress";
import { packerVariables } from "../../packer/run/variables";
import { bakeLimitMinutes, sweepAgeMinutes } from "../../packer/spec/limits";
import { bakeSpec } from "../helpers/bake-spec";

const LOG = [
  "==> amazon-ebs.image: Creating temporary keypair: bake-web-1a2b3c4d",
  "==> amazon-ebs.image: Launching a source AWS instance...",
  "    amazon-ebs.image: Instance ID: i-0abc",
  `==> amazon-ebs.image: Provisioning with shell script: ${scriptsFolder()}/converge.sh`,
  "    amazon-ebs.image: the recipe's own words: [1/2] Terminating",
  "==> amazon-ebs.image: FATAL: no such cookbook",
  "==> amazon-ebs.image: Provisioning step had errors: Running the cleanup provisioner, if present...",
  "==> amazon-ebs.image: Terminating the source AWS instance...",
  "",
].join("\n");

describe("the progress of a bake", () => {
  const steps = bakeSteps(cleanerPaths());

  it("announces each step before its first line", () => {
    const announced = pass([LOG])
      .text.split("\n")
      .filter((line) => line.startsWith("bake: "));
    assert.deepEqual(announced, [
      `bake: [1/${steps.length}] a key pair and a security group for this bake`,
      `bake: [2/${steps.length}] launching the instance`,
      `bake: [6/${steps.length}] converging with Chef`,
      `bake: [${steps.length}/${steps.length}] removing temporary resources`,
    ]);
  });

  it("passes on Packer's whole output, in whatever pieces it arrives", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(LOG.length), { maxLength: 20 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), LOG.length];
        const pieces = places.slice(1).map((end, index) => LOG.slice(places[index], end));
        assert.equal(pass(pieces).text, pass([LOG]).text);
        assert.equal(pass(pieces).text.replaceAll(/^bake: .*\n/gm, ""), LOG);
      }),
    );
  });

  it("names the step that failed, not the cleanup after it", () => {
    assert.equal(pass([LOG]).current, `[6/${steps.length}] converging with Chef`);
  });

  it("knows every script of the bake by its name", () => {
    for (const path of [...cleanerPaths(), `${scriptsFolder()}/leak-gate.sh`]) {
      const line = `==> amazon-ebs.image: Provisioning with shell script: ${path}`;
      assert.equal(steps.filter(({ begins }) => begins.test(line)).length, 1, path);
    }
  });

  function pass(pieces: readonly string[]): { text: string; current: string | undefined } {
    let text = "";
    const progress = withProgress(steps, (more) => {
      text += more;
    });
    for (const piece of pieces) progress.write(piece);
    progress.end();
    return { text, current: progress.current() };
  }
});

describe("the error of a failed bake", () => {
  it("ends with the failed provisioner's last lines and how to inspect the instance", () => {
    assert.equal(
      failure("1", LOG, "[5/12] converging with Chef"),
      "Packer ended with '1' in step [5/12] converging with Chef; its last lines were\n" +
        `${LOG.split("\n").slice(3, 6).join("\n")}\n` +
        "To inspect the instance after such a failure, set BAKE_ON_ERROR=abort: Packer then leaves it running, " +
        "and 'chef-autoscaling sweep' removes it",
    );
  });
});

describe("a full disk", () => {
  const said = (line: string) => failure("1", `${LOG}\n${line}\n`, undefined);

  it("is reported with the setting for a larger one, whichever program ran into it", () => {
    for (const line of [
      "    amazon-ebs.image: tar: ./opt/big: Cannot write: No space left on device",
      "==> amazon-ebs.image: Errno::ENOSPC: No space left on device @ io_write",
    ])
      assert.match(said(line), /larger root volume in 'rootVolume\.sizeGib'/);
  });

  it("is not meant if Packer's own disk is full", () => {
    assert.doesNotMatch(said("Error uploading script: open /tmp/x: no space left on device"), /rootVolume/);
  });
});

describe("a bake that cannot log in", () => {
  // https://github.com/hashicorp/packer/issues/3713
  it("names what decides that, and the limit for images that start slowly", () => {
    for (const line of [
      "==> amazon-ebs.image: Timeout waiting for SSH.",
      "==> amazon-ebs.image: Error waiting for SSH: Packer experienced an authentication error when trying to connect via SSH.",
    ]) {
      assert.match(
        failure("1", `${LOG}\n${line}\n`, undefined),
        /could not log in.*'sshUsername'.*'sshTimeoutMinutes'/,
      );
    }
    assert.doesNotMatch(failure("1", LOG, undefined), /could not log in/);
  });

  it("has tried for five minutes, for longer on bare metal, or as long as the image may take", () => {
    const identification = {
      fingerprint: "f",
      inputs: {},
      imageName: "w",
      nodeName: "b",
      run: "1",
      startedAt: new Date(0),
    };
    const uploads = { filesArchive: "", validatorKeyFile: "" } as never;
    const limit = (instanceType: string, sshTimeoutMinutes?: number) =>
      packerVariables(bakeSpec({ sshTimeoutMinutes }), { ...identification, instanceType }, "m.json", uploads)
        .ssh_timeout;
    assert.deepEqual(
      [limit("t3.small"), limit("m5.metal"), limit("m7i.metal-24xl"), limit("m5.metal", 45), limit("t3.small", 20)],
      ["5m", "30m", "30m", "45m", "20m"],
    );
  });
});

describe("a user who may not become root", () => {
  it("is named as the cause, whatever sudo says", () => {
    for (const line of [
      "==> amazon-ebs.image: sudo: sorry, you must have a tty to run sudo",
      "==> amazon-ebs.image: sudo: a password is required",
      "==> amazon-ebs.image: sudo: sorry, you are not allowed to preserve the environment",
      "==> amazon-ebs.image: bash: line 1: sudo: command not found",
    ]) {
      assert.match(failure("1", `${LOG}\n${line}\n`, undefined), /The SSH user cannot become root.*'NOPASSWD: ALL'/);
    }
    assert.doesNotMatch(failure("1", `${LOG}\n    amazon-ebs.image: sudo: ok\n`, undefined), /become root/);
  });
});

describe("an AWS session that ends during a bake", () => {
  it("is named as the cause, with the way to remove what is left", () => {
    for (const line of [
      "==> amazon-ebs.image: Error stopping instance: RequestExpired: Request has expired.",
      "==> amazon-ebs.image: Error: api error ExpiredToken: The security token included in the request is expired",
    ]) {
      assert.match(
        failure("1", `${LOG}\n${line}\n`, undefined),
        /session ended during the bake.*'chef-autoscaling sweep'/,
      );
    }
    assert.doesNotMatch(failure("1", LOG, undefined), /session ended/);
  });
});

describe("a bake on spot capacity", () => {
  const launched = "==> amazon-ebs.image: Launching a spot AWS instance...";
  const none =
    "==> amazon-ebs.image: Error waiting for fleet request (fleet-1) to become ready:There is no Spot capacity";
  const lost = "==> amazon-ebs.image: Script disconnected unexpectedly. If you expected your script to disconnect";

  it("reports what to do if AWS has no capacity, or reclaims it", () => {
    assert.match(
      failure("1", `${launched}\n${none}\n`, undefined),
      /no spot capacity.*another 'instanceType'.*leave out 'spot'/,
    );
    assert.match(failure("1", `${launched}\n${lost}\n`, undefined), /reclaims spot capacity: run the update again/);
  });

  it("is not blamed for an instance profile that EC2 does not know yet", () => {
    const unknown =
      "==> amazon-ebs.image: Error waiting for fleet request (fleet-1) to become ready:Value (web-bake) for parameter iamInstanceProfile.name is " +
      "invalid. Invalid IAM Instance Profile name";
    const told = failure("1", `${launched}\n${unknown}\n`, undefined);
    assert.match(told, /EC2 did not know the instance profile of the bake yet.*run the update again/);
    assert.doesNotMatch(told, /no spot capacity/);
  });

  it("is not blamed if the bake ran on demand, or a recipe failed", () => {
    assert.doesNotMatch(failure("1", `${LOG}\n${lost}\n`, undefined), /spot/);
    const recipe = "==> amazon-ebs.image: Script exited with non-zero exit status: 1.";
    assert.doesNotMatch(failure("1", `${launched}\n${recipe}\n`, undefined), /'spot'/);
  });
});

describe("the limits of a bake", () => {
  it("let a sweep start an hour after the longest bake", () => {
    assert.equal(sweepAgeMinutes({}), bakeLimitMinutes({}) + 60);
    assert.equal(sweepAgeMinutes({ BAKE_LIMIT_MINUTES: "30" }), 90);
    assert.equal(sweepAgeMinutes({ BAKE_SWEEP_MINUTES: "0" }), 0);
  });

  it("are refused if they are not minutes", () => {
    assert.throws(
      () => bakeLimitMinutes({ BAKE_LIMIT_MINUTES: "4h" }),
      /'BAKE_LIMIT_MINUTES' is '4h', expected minutes/,
    );
  });
});
