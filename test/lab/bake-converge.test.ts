import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { ChefNode } from "../../chef";
import type { KeyReference } from "../../chef/keys";
import { createRequester } from "../../chef/requester";
import { type Lab, startLab } from "../../lab/services/lab";
import type { BakeSpec } from "../../packer";
import type { BakeChef } from "../../packer/spec/spec";
import {
  bakeEnvironment,
  bakeNodes,
  createInstanceProfile,
  imageTree,
  labSpec,
  leftovers,
  startBake,
} from "../helpers/bake-lab";
import { filesHolding, keyLine, watchArguments } from "../helpers/secret-search";
import { allow } from "./role-maker";

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** Where the validator's key is stored, how the bake is configured besides, and the members that the node gets from this. */
const PLACES: Record<
  string,
  { reference: (file: string) => KeyReference; convergence: Partial<BakeChef>; node: object }
> = {
  "this machine, a file": { reference: (file) => ({ file }), convergence: {}, node: {} },
  "this machine's environment": {
    reference: () => ({ environment: "VALIDATOR_KEY" }),
    convergence: { environment: "staging", runList: ["recipe[base]"], attributes: { base: { edition: 7 } } },
    node: { chef_environment: "staging", run_list: ["recipe[base]"], normal: { tags: [], base: { edition: 7 } } },
  },
  "Secrets Manager": { reference: () => ({ secretId: "chef/validator" }), convergence: {}, node: {} },
};

describe("the node of a bake", function () {
  this.timeout(180_000);
  let lab: Lab;
  let atRest: string[];

  before(async () => {
    lab = await startLab();
    const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:chef/validator-??????";
    await createInstanceProfile(lab, [allow("secretsmanager:GetSecretValue", secret)]);
    await createSecret("chef/validator", readFileSync(lab.keys.validator.keyFile, "utf8"));
    await createEnvironment("staging");
    atRest = await leftovers(lab);
  });
  after(() => lab?.stop());

  for (const [place, { reference, convergence, node }] of Object.entries(PLACES)) {
    it(`reads the validator's key from ${place}, leaves no copy of it, and converges as configured`, async () => {
      const { validator } = lab.keys;
      const secret = keyLine(validator.keyFile);
      const name = place.replaceAll(/\W+/g, "-");
      const spec = labSpec(lab, name, place.startsWith("this machine") ? { instanceProfile: undefined } : {});
      const key = reference(validator.keyFile);
      const chef = { ...spec.chef, ...convergence, validator: { name: validator.name, key } };
      const watch = watchArguments([secret]);
      let inArguments: string[] = [];
      const baking = bake({ ...spec, chef }, { VALIDATOR_KEY: readFileSync(validator.keyFile, "utf8") });
      const [{ imageId, said }, seen] = await Promise.all([baking, nodeDuring(`bake-${name}-`, baking)]).finally(() => {
        inArguments = watch.end();
      });
      assert.deepEqual(await leftovers(lab), atRest);
      assert.deepEqual(await bakeNodes(lab), []);
      assert.deepEqual(inArguments, []);
      assert.match(said, new RegExp(`'bake-${name}-[0-9a-f]{8}' is a node of`));
      assert.ok(!said.includes(secret));
      assert.deepEqual(filesHolding(imageTree(lab, imageId), [secret, keyLine(lab.keys.operator.keyFile)]), []);
      assert.ok(readFileSync(validator.keyFile, "utf8").includes(secret), "the file here stays");
      assert.deepEqual(Object.fromEntries(Object.keys(node).map((member) => [member, seen?.[member]])), node);
    });
  }

  async function bake(spec: BakeSpec, more: Record<string, string>): Promise<{ imageId: string; said: string }> {
    const { code, stdout, stderr } = await startBake(bakeEnvironment(lab, spec, more)).ended;
    assert.equal(code, 0, stderr);
    return { imageId: JSON.parse(stdout).imageId, said: stderr };
  }

  async function createSecret(Name: string, SecretString: string): Promise<void> {
    const settings = { region: "us-east-1", endpoint: lab.endpoint, credentials: CREDENTIALS };
    await new SecretsManagerClient(settings).send(new CreateSecretCommand({ Name, SecretString }));
  }

  /** Returns the bake's node as last seen. */
  async function nodeDuring(prefix: string, end: Promise<unknown>): Promise<Record<string, unknown> | undefined> {
    let node: ChefNode | undefined;
    let ended = false;
    const done = () => {
      ended = true;
    };
    end.then(done, done);
    while (!ended) {
      const name = (await lab.chef.listNodes()).find((one) => one.startsWith(prefix));
      node = (name && (await lab.chef.getNode(name))) || node;
      await pause(100);
    }
    return node as Record<string, unknown> | undefined;
  }

  async function createEnvironment(name: string): Promise<void> {
    const { name: clientName, keyFile } = lab.keys.operator;
    const chef = createRequester({ serverUrl: lab.chefUrl, clientName, key: readFileSync(keyFile, "utf8") });
    const body = { name, chef_type: "environment", json_class: "Chef::Environment", default_attributes: {} };
    await chef.send({ method: "POST", path: "/environments", body });
    chef.close();
  }
});
