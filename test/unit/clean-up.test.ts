import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { cleanUp } from "../../reaper/cleanup/clean-up";
import { instanceId, keyPair } from "../helpers/chef-objects";
import { withEnvironment } from "../helpers/environment";

const NAME = `web-${instanceId(1)}`;
const DENIED =
  "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>";
const NONE = "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>";

describe("the cleanup where AWS refuses half-way", () => {
  const deleted: string[] = [];
  let servers: Server[] = [];

  /** EC2 says that no instance has the group's tag, and then refuses to say anything about single instances. */
  const aws = createServer(async (request, response) => {
    const isOfGroup = (await text(request)).includes("tag%3Aaws%3Aautoscaling%3AgroupName");
    response.writeHead(isOfGroup ? 200 : 403, { "Content-Type": "text/xml" }).end(isOfGroup ? NONE : DENIED);
  });
  const chef = createServer(({ method = "", url = "" }, response) => {
    if (method === "DELETE") deleted.push(url);
    response.end(JSON.stringify(url === "/nodes" || url === "/clients" ? { [NAME]: url } : { name: NAME }));
  });
  const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  before(async () => {
    servers = [aws, chef];
    await Promise.all(servers.map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
  });
  after(() => {
    for (const server of servers) server.close().closeAllConnections();
  });

  it("removes nothing, and names the call and what to allow", async () => {
    const environment = {
      AWS_ENDPOINT_URL: urlOf(aws),
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      OPERATOR_KEY: keyPair().privateKey,
    };
    const state = {
      groupName: "web",
      region: "us-east-1",
      serverUrl: urlOf(chef),
      operator: { name: "operator", key: { environment: "OPERATOR_KEY" } },
      onDestroy: "remove",
      waitSeconds: 1,
      version: "1.0.0",
      program: "dist/providers/cleanup.js",
    } as const;
    await withEnvironment(environment, () =>
      assert.rejects(
        cleanUp(state),
        /could not be removed: ec2:DescribeInstances in us-east-1 is not allowed \(UnauthorizedOperation\).*allow ec2:DescribeInstances.*destroy again/,
      ),
    );
    assert.deepEqual(deleted, []);
  });
});
