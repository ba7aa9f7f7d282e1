import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { cleanUp } from "../../reaper/cleanup/clean-up";
import { keptEnvironment } from "../helpers/environment";

const GROUP = {
  groupName: "web",
  region: "us-east-1",
  serverUrl: "http://127.0.0.1:1",
  operator: { name: "operator", key: { file: "/nowhere" } },
  onDestroy: "remove",
  waitSeconds: 1,
  version: "1.0.0",
  program: "dist/providers/cleanup.js",
} as const;

describe("the cleanup if AWS accepts connections but never answers", function () {
  this.timeout(90_000);
  const sockets: Socket[] = [];
  const restoreEnvironment = keptEnvironment();
  let silent: Server;

  before(async () => {
    silent = createServer((socket) => {
      sockets.push(socket.on("error", () => undefined));
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
    });
  });
  after(() => {
    restoreEnvironment();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it("ends, whether STS or EC2 does not answer, and reports the next step", async () => {
    const told =
      /Whether instances of group "web" are alive could not be determined \((ec2:DescribeInstances|sts:GetCallerIdentity) .*TimeoutError.*destroy again$/;
    const groups = [GROUP, { ...GROUP, accountId: "123456789012" }];
    await Promise.all(groups.map((group) => assert.rejects(cleanUp(group), told)));
  });
});
