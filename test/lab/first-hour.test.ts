import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { type Lab, startLab } from "../../lab/services/lab";
import { projectRoot } from "../../lab/services/places";
import { capturesOf, withCaptures } from "./first-hour-page";
import { EXAMPLE_SERVER, saidByClone, situationOf } from "./first-hour-situations";
import { installPacked } from "./packed-package";
import { readmeUsage } from "./readme-script";

const PAGE = join(projectRoot, "docs/first-hour.md");
const OF_A_PROGRAM = ["missing-packer", "refused-by-policy"];

/** `WRITE_PAGES=1 npm run test:lab -- test/lab/first-hour.test.ts` rewrites the page. */
describe("docs/first-hour.md", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "first-hour-"));
  const page = readFileSync(PAGE, "utf8");
  const captured = new Map<string, string>();
  let lab: Lab;

  before(async function () {
    if (process.getuid?.() !== 0) return this.skip();
    lab = await startLab();
  });
  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows what a program reports without Packer, and what the review rejects", async () => {
    await makeProgram(folder, lab);
    const place = { project: folder, stack: "staging", stateDir: join(folder, "state") };
    const environment = { ...lab.environment, PATH: "/nowhere" };
    const policyPacks = [join(projectRoot, "policy")];
    const { diagnostics, policyViolations, output } = await inProcessRunner({
      ...place,
      environment,
      policyPacks,
    }).preview();
    const refused = policyViolations.filter(({ level }) => level === "mandatory");
    captured.set("missing-packer", diagnostics.filter((line) => /'packer'/.test(line)).join("\n"));
    captured.set("refused-by-policy", refused.map(({ policy, message }) => `${policy}\n${message}`).join("\n"));
    for (const name of OF_A_PROGRAM) assert.ok(captured.get(name), output);
  });

  for (const name of capturesOf(page).filter((one) => !OF_A_PROGRAM.includes(one))) {
    it(`shows what a clone reports: ${name}`, async () => {
      captured.set(name, withExampleNames(await saidByClone(await situationOf(lab, name), lab), lab));
    });
  }

  it("equals the captures of this run", () => {
    const written = withCaptures(page, captured);
    if (process.env.WRITE_PAGES) writeFileSync(PAGE, written);
    else assert.equal(page, written);
  });
});

/** Writes the README's program with a group of another instance type than its bake's into a folder with the packed package. */
async function makeProgram(folder: string, lab: Lab): Promise<void> {
  installPacked(folder);
  const { Subnets = [] } = await lab.aws.ec2.send(new DescribeSubnetsCommand({}));
  const [first = "", second = ""] = Subnets.map(({ SubnetId = "" }) => SubnetId);
  const { files } = readmeUsage();
  const ofAccount = (files["index.ts"] ?? "").replace("subnet-0a", first).replace("subnet-0b", second);
  const ofTwoTypes = ofAccount.replace(/(groupName[\s\S]*?)t3\.small/, "$1t3.large");
  assert.notEqual(ofTwoTypes, ofAccount);
  writeFileSync(join(folder, "index.ts"), ofTwoTypes);
  writeFileSync(join(folder, "Pulumi.yaml"), files["Pulumi.yaml"] ?? "");
  writeFileSync(join(folder, "Pulumi.staging.yaml"), "config:\n  aws:region: us-east-1\n");
  writeFileSync(join(folder, "package.json"), "{}");
}

/** Names the stack 'staging', and replaces what differs between runs. A machine without a name server reports EAI_AGAIN instead of ENOTFOUND. */
function withExampleNames(text: string, { chefUrl, endpoint }: Lab): string {
  const stack = pulumi.getStack();
  return text
    .replaceAll(chefUrl, EXAMPLE_SERVER)
    .replaceAll(endpoint, "https://ssm.us-east-1.amazonaws.com")
    .replaceAll(`"${stack}"`, '"staging"')
    .replaceAll(`Pulumi.${stack}.yaml`, "Pulumi.staging.yaml")
    .replaceAll("EAI_AGAIN", "ENOTFOUND");
}
