import { componentsLiteral } from "../helpers/fresh-build";
import { writeProgram } from "../helpers/write-program";

/**
 * Writes a program with one NodeCleanup into a folder. Configuration: `group`, `key` (file), `account`, `onDestroy`, `wait`
 * (seconds).
 */
export function writeCleanupProgram(folder: string, serverUrl: string): void {
  const cleanup = componentsLiteral("group/node-cleanup");
  const program = `
    import { NodeCleanup } from ${cleanup};
    import * as pulumi from "@pulumi/pulumi";
    const config = new pulumi.Config();
    new NodeCleanup("web-cleanup", {
      groupName: config.require("group"),
      region: "us-east-1",
      accountId: config.get("account"),
      serverUrl: ${JSON.stringify(serverUrl)},
      operator: { name: "admin", key: { file: config.require("key") } },
      onDestroy: config.get("onDestroy") as "remove" | "retain" | undefined,
      waitSeconds: config.getNumber("wait") ?? 60,
    });`;
  writeProgram(folder, "cleanup", program);
}
