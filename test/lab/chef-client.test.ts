import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { RunInstancesCommand } from "@aws-sdk/client-ec2";
import type { ChefNode } from "../../chef";
import { renderUserData } from "../../components/group/user-data";
import { type Lab, startLab } from "../../lab/services/lab";
import { places, projectRoot } from "../../lab/services/places";
import { BASE_IMAGE, bakeEnvironment, createInstanceProfile, imageTree, labSpec, startBake } from "../helpers/bake-lab";
import { filesNamed } from "../helpers/secret-search";

const run = promisify(execFile);
const CALLS = {
  cinc: ["cinc-client", "cinc-client -c /etc/cinc/client.rb", "chef-client", "chef-client -c /etc/chef/client.rb"],
  chef: ["chef-client", "chef-client -c /etc/chef/client.rb"],
};

/** Bake, boot and later runs, with the client in the layout of Cinc's package and of Chef's. */
for (const layout of ["cinc", "chef"] as const) {
  describe(`the Chef client in the layout of ${layout}`, function () {
    this.timeout(240_000);
    const license = layout === "chef" ? "accept" : undefined;
    let lab: Lab;
    let imageId: string;

    before(async () => {
      lab = await startLab({ chefClient: layout });
      await createInstanceProfile(lab);
    });
    after(() => lab?.stop());

    it("bakes, and leaves none of its files in the image", async () => {
      const spec = labSpec(lab, "web");
      const { code, stdout, stderr } = await startBake(
        bakeEnvironment(lab, { ...spec, chef: { ...spec.chef, license } }),
      ).ended;
      assert.equal(code, 0, stderr);
      imageId = JSON.parse(stdout).imageId;
      const names = ["client.pem", "client.rb", "first-boot.json", "chef_guid", "cinc_guid", "required_recipe"];
      assert.deepEqual(filesNamed(imageTree(lab, imageId), names), []);
      if (layout === "cinc") assert.match(stderr, /Redirecting to cinc-client/);
    });

    it("boots from the image, saves what ohai found, and runs again with each way of calling it", async () => {
      const id = await launch(imageId, { runList: ["recipe[base]"] });
      const node = await converged(id);
      const { ec2, ohai_time } = node.automatic as Record<string, Record<string, unknown>>;
      assert.deepEqual([ec2?.instance_id, ec2?.region, ec2?.account_id], [id, "us-east-1", "123456789012"]);
      assert.equal(typeof ohai_time, "number");
      for (const call of CALLS[layout]) {
        const { stdout } = await inside(id, `${call} && ls /etc/cinc/client.pem /etc/chef/client.pem`);
        assert.match(stdout, /is present - skipping registration/, call);
      }
    });

    it("waits for another client's run lock as long as configured", async () => {
      const id = await launch(imageId, {});
      await converged(id);
      const lock = `/var/${layout}/cache/${layout}-client-running.pid`;
      const told = await inside(
        id,
        `flock ${lock} sleep 4 & sleep 1; ${layout}-client --run-lock-timeout 1 2>&1; echo "ended $?"`,
      );
      assert.match(told.stdout, /is running, will wait for it[\s\S]*Unable to acquire lock[\s\S]*ended 1/);
      const waited = await inside(id, `flock ${lock} sleep 4 & sleep 1; ${layout}-client --run-lock-timeout 30 2>&1`);
      assert.match(waited.stdout, /is running, will wait for it[\s\S]*Infra Phase complete/);
    });

    it("explains the exit code if the client fails", async () => {
      const id = await launch(BASE_IMAGE, { attributes: { stand_in: { exit: 41 } } });
      assert.match(await said(id, /failed for/), /exit code 41: a recipe asked for a reboot, and the reboot failed/);
    });

    if (layout === "chef") {
      it("does not run if its license is not accepted", async () => {
        const { code, stderr } = await startBake(bakeEnvironment(lab, labSpec(lab, "unlicensed"))).ended;
        assert.notEqual(code, 0);
        assert.match(stderr, /exit code 172: the license of Chef Infra Client is not accepted/);
      });
    }

    async function launch(image: string, convergence: object): Promise<string> {
      const { validator } = lab.keys;
      const text = renderUserData({
        chef: {
          serverUrl: lab.chefUrl,
          validator: { name: validator.name, key: { ssmParameter: validator.parameter } },
        },
        groupName: "staging-web",
        region: "us-east-1",
        ...convergence,
      });
      const accepted = license ? text.replace("\n", `\nexport CHEF_LICENSE=${license}\n`) : text;
      const { Instances = [] } = await lab.aws.ec2.send(
        new RunInstancesCommand({
          ImageId: image,
          InstanceType: "t3.small",
          MinCount: 1,
          MaxCount: 1,
          UserData: Buffer.from(accepted).toString("base64"),
          IamInstanceProfile: { Name: "bake-test" },
        }),
      );
      return Instances[0]?.InstanceId ?? "";
    }

    /** Returns the node, once the client and the script after it have finished. */
    async function converged(id: string): Promise<ChefNode> {
      await said(id, /is a node of/);
      const node = await lab.chef.getNode(`staging-web-${id}`);
      assert.ok(node);
      return node;
    }

    async function said(id: string, what: RegExp): Promise<string> {
      for (let tries = 0; tries < 300; tries += 1) {
        const { stdout } = await run("cat", [`${lab.runDir}/instances/${id}/console.log`]).catch(() => ({
          stdout: "",
        }));
        if (what.test(stdout)) return stdout;
        await pause(200);
      }
      throw new Error(`the instance ${id} said nothing like ${what}`);
    }

    function inside(id: string, command: string) {
      return run(places.enter, [lab.runDir, id, "bash", "-c", command], { env: lab.environment });
    }
  });
}

describe("the certificates that the stand-in trusts", () => {
  it("are only the first of each file, as with the original", () => {
    const folder = mkdtempSync(join(tmpdir(), "trusted-"));
    const certificate = (name: string) => readFileSync(join(projectRoot, "test/fixtures/certificates", name), "utf8");
    writeFileSync(join(folder, "a.pem"), certificate("small.pem") + certificate("other.pem"));
    const code = [
      "import pathlib, ssl; from types import SimpleNamespace; import chef_settings",
      "ssl.create_default_context = lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)",
      `settings = SimpleNamespace(folder=pathlib.Path("/"), need=lambda _: "https://chef", get=lambda name, other: "${folder}" if "trusted" in name else other)`,
      "print(len(chef_settings.trust(settings).get_ca_certs()))",
    ].join("\n");
    const { python } = places;
    const stdout = execFileSync(python, ["-c", code], { cwd: join(projectRoot, "lab/emulator"), encoding: "utf8" });
    rmSync(folder, { recursive: true });
    assert.equal(stdout.trim(), "1");
  });
});
