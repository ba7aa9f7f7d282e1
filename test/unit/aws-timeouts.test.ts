import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { awsClient } from "../../aws/client";
import { AWS_TIMEOUTS } from "../../aws/timeouts";
import { projectRoot } from "../../lab/services/places";
import { sdkImports } from "../helpers/sources";

const FOLDERS = ["cli", "components", "stacks"];

describe("every AWS SDK client that something waits for", () => {
  it("has timeouts, since by default the SDK waits forever on a dead connection", () => {
    const given: object[] = [];
    class Client {
      readonly config = {};
      readonly middlewareStack = { add: () => undefined };
      constructor(config: object) {
        given.push(config);
      }
    }
    awsClient(Client, "eu-west-3");
    assert.deepEqual(given, [{ ...AWS_TIMEOUTS, region: "eu-west-3", profile: undefined }]);
    assert.ok(AWS_TIMEOUTS.requestHandler);
  });

  it("is created by the one function that sets its timeouts and describes its errors", () => {
    const files = FOLDERS.flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => join(folder, file)),
    );
    const clients = files.flatMap((file) => sdkImports(file).filter(({ name }) => name.endsWith("Client")));
    assert.ok(clients.length > 5, `only ${clients.length} found`);
    assert.deepEqual(
      clients.filter(({ made }) => made),
      [],
    );
  });
});
