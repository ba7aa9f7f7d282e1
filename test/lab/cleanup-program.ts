import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";
import { projectFile } from "../helpers/project-file";

/**
 * Writes a program of one NodeCleanup into a folder. Configuration: `group`, `key` (file), `account`, `onDestroy`, `wait`
 * (seconds).
 */
export function writeCleanupProgram(folder: string, serverUrl: string): void {
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "Pulumi.yaml"), projectFile("cleanup"));
  const cleanup = JSON.stringify(join(projectRoot, "components/group/node-cleanup"));
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
  writeFileSync(join(folder, "index.ts"), program);
}
