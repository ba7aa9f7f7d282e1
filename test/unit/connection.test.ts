import assert from "node:assert/strict";
import { type ChefConnection, chefIssues } from "../../components/connection/chef-connection";
import { chefConnection } from "../../components/connection/chef-connection-shape";
import { renderUserData } from "../../components/group/user-data";
import { imageSpec } from "../../components/image/image-spec";
import { reaperEnvironment } from "../../components/reaper/reaper-environment";
import { argumentIssues } from "../../components/validation/check-arguments";
import { sentence } from "../../components/validation/issues";
import { needed } from "../../components/validation/shape";
import { packerVariables } from "../../packer/run/variables";
import { CHEF, groupArgs } from "../helpers/arguments";

const DIRECT = "169.254.169.254,fd00:ec2::254,[fd00:ec2::254],169.254.170.2,localhost,127.0.0.1";
const FULL: ChefConnection = {
  ...CHEF,
  license: "accept",
  httpsProxy: "http://proxy.example.com:3128",
  noProxy: [".example.com"],
  dataBagSecret: { secret: { secretId: "chef/data-bag" } },
  readFrom: { vpcIds: ["vpc-1"] },
};
const PROXIES = { HTTPS_PROXY: "http://proxy.example.com:3128", NO_PROXY: `.example.com,${DIRECT}` };

const key = (place: object, name = "validator") => ({ name, key: place });
function issuesOf(chef: ChefConnection) {
  return argumentIssues({ chef }, { chef: needed(chefConnection) }, [({ chef }) => chefIssues(chef)]);
}

describe("a Chef connection", () => {
  it("is valid with every setting", () => assert.deepEqual(issuesOf(FULL).map(sentence), []));

  const wrong: [string, object, RegExp][] = [
    ["a license of its own words", { license: "yes" }, /'chef\.license' is "yes", expected 'accept' or/],
    [
      "a password in a proxy",
      { httpsProxy: "http://u:hunter2@p:1" },
      /'chef\.httpsProxy' is "http:\/\/\(not shown\)@p:1", exp.*state/,
    ],
    [
      "a password that holds a slash",
      { httpProxy: "http://u:hunter2/x@p:1" },
      /'chef\.httpProxy' is "http:\/\/.*not shown/,
    ],
    [
      "a proxy without a scheme",
      { httpProxy: "proxy:3128" },
      /'chef\.httpProxy' is "proxy:3128", expected a proxy URL/,
    ],
    ["a proxy with a path", { httpProxy: "http://p:1/x" }, /'chef\.httpProxy' is "http:\/\/p:1\/x"/],
    ["exceptions of no proxy", { noProxy: ["a"] }, /'chef\.noProxy' is \["a"\], expected nothing without a proxy/],
    [
      "a block of addresses",
      { httpProxy: "http://p:1", noProxy: ["10.0.0.0/8", "a"] },
      /is \["10\.0\.0\.0\/8"\], expected host names/,
    ],
    [
      "a data bag secret on this machine",
      { dataBagSecret: { secret: { file: "/s" } } },
      /'chef\.dataBagSecret\.secret' is \{"file":"\/s"\}/,
    ],
    [
      "a data bag secret itself",
      { dataBagSecret: { secret: "hunter2" } },
      /dataBagSecret\.secret' is "'secret' is a string/,
    ],
    [
      "no organization where one belongs",
      { serverUrl: "https://c.example.com/organizations/" },
      /'chef\.serverUrl' is /,
    ],
    [
      "one client for both",
      { operator: { ...CHEF.operator, name: CHEF.validator.name } },
      /'chef\.operator\.name' is /,
    ],
    [
      "one key for both",
      { validator: key({ ssmParameter: "/chef/a" }), operator: key({ ssmParameter: "/chef/a" }, "reaper") },
      /'chef\.operator\.key' is .* a place that instances do not read/,
    ],
    [
      "one key for both, by its name and its ARN",
      {
        validator: key({ ssmParameter: "/chef/a" }),
        operator: key({ ssmParameter: "arn:aws:ssm:eu-west-3:123456789012:parameter/chef/a" }, "reaper"),
      },
      /'chef\.operator\.key' is /,
    ],
    [
      "one secret for the operator and for data bags",
      {
        operator: key({ secretId: "arn:aws:secretsmanager:eu-west-3:123456789012:secret:chef/a-AbCdEf" }, "reaper"),
        dataBagSecret: { secret: { secretId: "chef/a" } },
      },
      /'chef\.operator\.key' is /,
    ],
    [
      "a VPC that is none",
      { readFrom: { vpcIds: ["web"] } },
      /'chef\.readFrom\.vpcIds' is \["web"\], expected one or more VPCs/,
    ],
    [
      "an endpoint that is none",
      { readFrom: { vpcEndpointIds: ["vpc-1"] } },
      /is \["vpc-1"\], expected one or more VPC endp/,
    ],
    ["no VPC of none", { readFrom: { vpcIds: [] } }, /'chef\.readFrom\.vpcIds' is \[\], expected one or more VPCs/],
    [
      "an alias for the key of a key",
      { validator: { ...CHEF.validator, kmsKeyArn: "alias/chef" } },
      /'chef\.validator\.kmsKeyArn' is "alias\/chef", expected the ARN of a KMS key/,
    ],
    ["nowhere to read from", { readFrom: {} }, /'chef\.readFrom' is \{\}, expected 'vpcIds' or 'vpcEndpointIds'/],
  ];
  for (const [title, part, expected] of wrong) {
    it(`is invalid with ${title}, which is reported without secrets`, () => {
      const chef = { ...CHEF, ...part } as ChefConnection;
      const said = [...chefIssues(chef), ...issuesOf(chef)].map(sentence).join("\n");
      assert.match(said, expected);
      assert.doesNotMatch(said, /hunter2\W/);
    });
  }

  it("passes license, proxies and the reference to the data bag secret to an instance's user data", () => {
    const text = renderUserData({ ...groupArgs(), chef: FULL, region: "eu-west-3" });
    for (const [name, value] of Object.entries({
      ...PROXIES,
      CHEF_LICENSE: "accept",
      CHEF_DATA_BAG_SECRET_SOURCE: "secretsmanager",
      CHEF_DATA_BAG_SECRET_ID: "chef/data-bag",
    })) {
      assert.ok(text.includes(`\nexport ${name}='${value}'\n`), name);
    }
    assert.doesNotMatch(renderUserData({ ...groupArgs(), region: "eu-west-3" }), /LICENSE|PROXY|DATA_BAG/);
  });

  it("passes only its proxies to a reaper", () => {
    const queue = { queueUrl: "q", deadLetterQueueUrl: "d" };
    const told = (chef: ChefConnection) =>
      reaperEnvironment({ chef, groupNames: ["web"], queue }, 1, { accountId: "123456789012" });
    assert.deepEqual(told(FULL), { ...told(CHEF), ...PROXIES });
  });

  it("is passed to a bake without empty settings", () => {
    const settings = (chef: ChefConnection) => {
      const args = { imageName: "web", instanceType: "t3.small", baseImage: { id: "ami-1" }, chef };
      const spec = imageSpec(args, { region: "eu-west-3", baseImageId: "ami-0ba5e" });
      const bake = {
        instanceType: "t3.small",
        fingerprint: "f",
        inputs: {},
        imageName: "i",
        nodeName: "n",
        run: "1",
        startedAt: new Date(0),
      };
      const uploads = { filesArchive: "a", trees: {}, validatorKeyFile: "v" };
      return packerVariables(spec, bake, "m", uploads).chef_settings;
    };
    assert.deepEqual(settings(CHEF), []);
    assert.deepEqual(settings(FULL), [
      "CHEF_LICENSE=accept",
      "CHEF_DATA_BAG_SECRET_SOURCE=secretsmanager",
      "CHEF_DATA_BAG_SECRET_ID=chef/data-bag",
      ...Object.entries(PROXIES).map(([name, value]) => `${name}=${value}`),
    ]);
  });
});
