import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type ChefAutoScalingGroupArgs, ChefImage, type ChefImageArgs } from "../../components";
import { CHEF } from "../helpers/arguments";
import { type Declaration, declare, isSecret } from "../helpers/declare";
import { declareGroup } from "../helpers/declare-group";
import { RSA_KEY } from "../helpers/key-forms";

const WORD = "hidden-word";
const secret = () => pulumi.secret(WORD);
const script = pulumi.interpolate`#!/bin/sh\nexport TOKEN=${secret()}\n`;

const SERVICE = {
  mode: "service" as const,
  service: { image: "123456789012.dkr.ecr.eu-west-3.amazonaws.com/reaper:1", subnetIds: ["subnet-1", "subnet-2"] },
};

/** Every argument of a group that may be a secret, with one. */
const PLACES: Readonly<Record<string, Partial<ChefAutoScalingGroupArgs>>> = {
  attributes: { attributes: { db: { password: secret() } } },
  "all attributes": { attributes: pulumi.secret({ db: { password: WORD } }) },
  "a script before Chef": { instance: { userData: { before: [script] } } },
  "a script after Chef": { instance: { userData: { after: [script] } } },
  "the reaper's environment": { reaper: { environment: { HOOK_TOKEN: secret() } } },
  "the environment of the reaper's service": { reaper: { ...SERVICE, environment: { HOOK_TOKEN: secret() } } },
  "a tag": { tags: { owner: secret() } },
};

/** Paths of a declaration's inputs that have the word in plain text. */
function plainly({ resources }: Declaration): string[] {
  const paths = (value: unknown, path: string): string[] => {
    if (isSecret(value)) return [];
    if (typeof value === "string") return readable(value).includes(WORD) ? [path] : [];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([name, member]) => paths(member, `${path}.${name}`));
  };
  return resources.flatMap(({ type, name, secretly }) => paths(secretly, `${type} ${name}`));
}

function readable(text: string): string {
  return text + Buffer.from(text, "base64").toString("latin1");
}

async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => assert.fail("it was accepted"),
    (error: Error) => error.message,
  );
}

const IMAGE: ChefImageArgs = {
  imageName: "base",
  instanceType: "t3.small",
  baseImage: { nameFilter: "debian-12-amd64-*", owners: ["136693071363"] },
  chef: CHEF,
  runList: ["recipe[base]"],
};

describe("a secret among the arguments", function () {
  this.timeout(60_000);

  for (const [place, args] of Object.entries(PLACES)) {
    for (const launch of ["template", "configuration"] as const) {
      it(`is a secret wherever it goes from ${place}, with a launch ${launch}`, async () => {
        const declared = await declareGroup({ ...args, launch });
        assert.ok(JSON.stringify(declared.resources.map(({ secretly }) => secretly)).length > 1000);
        assert.deepEqual(plainly(declared), []);
      });
    }
  }

  it("is not quoted by a mistake that is found once it is known", async () => {
    const wrong: Partial<ChefAutoScalingGroupArgs>[] = [
      { attributes: pulumi.secret({ policy_name: WORD }) },
      { instance: { userData: { before: [pulumi.secret(`TOKEN=${WORD}`)] } } },
      { instance: { userData: { after: [pulumi.secret(`#cloud-config\n- ${WORD}`)] } } },
      { targetGroupArns: [secret()] },
      { subnetIds: pulumi.secret([WORD]) },
      { permissionsBoundary: secret() },
    ];
    for (const args of wrong) {
      const said = await failure(declareGroup(args));
      assert.ok(/mistake/.test(said) && !said.includes(WORD), said);
    }
    const image = () => void new ChefImage("base", { ...IMAGE, attributes: pulumi.secret({ policy_name: WORD }) });
    const said = await failure(declare(image));
    assert.ok(/attributes\.policy_name/.test(said) && !said.includes(WORD), said);
  });
});

describe("a private key among attributes", function () {
  this.timeout(60_000);

  it("is refused once they are known, as it would be in user data", async () => {
    const attributes = pulumi.secret({ tls: { key: RSA_KEY.pkcs8 } });
    const image = () => void new ChefImage("base", { ...IMAGE, attributes });
    for (const declared of [() => declareGroup({ attributes }), () => declare(image)]) {
      const said = await failure(declared());
      assert.match(said, /'attributes\.tls\.key' is .*, expected the place where the key is stored/);
      assert.ok(!said.includes(RSA_KEY.pkcs8.slice(40, 80)), said);
    }
  });
});
