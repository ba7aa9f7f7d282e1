import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packerFiles } from "../../packer/inputs/packer-files";
import schema from "../fixtures/packer-plugin-amazon.json";

type Builder = "amazon-ebs" | "amazon-instance";

/** The settings in a builder's block: `region`, or `metadata_options.http_tokens` in a nested block. */
function settingsIn(text: string, builder: Builder): string[] {
  const lines = text.split("\n");
  const start = new RegExp(`^ *source "(source\\.)?${builder}(\\.image"|" "image") \\{$`);
  const path: string[] = [];
  const found: string[] = [];
  for (const line of lines.slice(lines.findIndex((it) => start.test(it)) + 1)) {
    const block = /^\s*(?:dynamic "(\w+)"|(\w+)) \{$/.exec(line);
    const attribute = /^\s*(\w+)\s*=(?!=)/.exec(line)?.[1];
    if (block) path.push(block[1] ?? block[2] ?? "");
    else if (/^\s*\}$/.test(line) && path.pop() === undefined) return found;
    if (attribute) found.push([...path.filter((name) => name !== "content"), attribute].join("."));
  }
  return assert.fail(`no whole block of ${builder}`);
}

/** `for_each` belongs to the dynamic block itself, and is not a setting. */
function isKnown(setting: string, builder: Builder): boolean {
  const { attributes, blocks } = schema[builder];
  const [name = "", member] = setting.split(".");
  if (member === undefined) return attributes.includes(name);
  const members: readonly string[] | undefined = (blocks as Readonly<Record<string, string[]>>)[name];
  return members !== undefined && (member === "for_each" || members.includes(member));
}

/**
 * Without a Packer 1.10 or later on this machine, nothing else checks the template's settings for the plugin. An unknown name ends a bake
 * with "Unsupported argument".
 */
describe("the template for Packer 1.10 and newer", () => {
  const files = (rootDevice: "ebs" | "instance-store") => packerFiles("modern", rootDevice);

  it("requires the plugin whose schema is stored here", () => {
    const text = files("ebs")["packer/template/modern/plugins.pkr.hcl"] ?? "";
    assert.equal(/version = "([\d.]+)"/.exec(text)?.[1], schema.version);
  });

  const BLOCKS: [Builder, string, "ebs" | "instance-store"][] = [
    ["amazon-ebs", "packer/template/image.pkr.hcl", "ebs"],
    ["amazon-ebs", "packer/template/modern/build.pkr.hcl", "ebs"],
    ["amazon-instance", "packer/template/instance-store/build.pkr.hcl", "instance-store"],
  ];
  for (const [builder, path, rootDevice] of BLOCKS) {
    it(`sets nothing in ${path} of ${builder} that the plugin does not know`, () => {
      const settings = settingsIn(files(rootDevice)[path] ?? "", builder);
      assert.ok(settings.length > 2, `${settings}`);
      assert.deepEqual(
        settings.filter((setting) => !isKnown(setting, builder)),
        [],
      );
    });
  }

  it("would fail with an unknown setting", () => {
    const text = readFileSync(join(__dirname, "../../packer/template/modern/build.pkr.hcl"), "utf8");
    const wrong = text.replace("imds_support", "imdsv2_support").replace("http_tokens", "http_token");
    const unknown = settingsIn(wrong, "amazon-ebs").filter((setting) => !isKnown(setting, "amazon-ebs"));
    assert.deepEqual(unknown, ["imdsv2_support", "metadata_options.http_token"]);
  });
});
