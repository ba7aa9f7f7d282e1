import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { withoutComments } from "../../packer/inputs/comments";
import { inputsOf } from "../../packer/inputs/fingerprint";
import { cleanerPaths, packerFiles, scriptsFolder } from "../../packer/inputs/packer-files";
import { bakeSpec } from "../helpers/bake-spec";

describe("comments in a bake's files", () => {
  const scripts = readdirSync(scriptsFolder()).filter((name) => name.endsWith(".sh"));
  for (const path of [...scripts.map((name) => join(scriptsFolder(), name)), ...cleanerPaths()]) {
    it(`do not change the meaning for bash in ${path.slice(scriptsFolder().length + 1)}`, () => {
      const text = readFileSync(path, "utf8");
      assert.notEqual(withoutComments(text), text, "every script says what it is for");
      assert.equal(asBashReads(withoutComments(text)), asBashReads(text));
    });
  }

  it("are distinguished from text that only looks like one", () => {
    const texts = {
      "a here-document": "cat <<END\n# text\nEND\n",
      "one in quotes": "cat <<'END'\n# text\nEND\n",
      "one behind tabs": "cat <<-END\n\t# text\n\tEND\n",
      "two of one line": "paste <<A - <<B\n# a\nA\n# b\nB\n",
      "an end that is none": "cat <<END\nEND \n# text\nEND\n",
      "a command's end": "echo a # b\n",
      "a shebang": "#!/bin/bash\necho\n",
    };
    for (const [title, text] of Object.entries(texts)) assert.equal(withoutComments(text), text, title);
    assert.equal(withoutComments("cat <<<x\n# text\ncat <<END\nEND\n  # more\nend"), "cat <<<x\ncat <<END\nEND\nend");
    assert.equal(withoutComments("#!/bin/sh\n#!other\n"), "#!/bin/sh\n");
  });

  it("do not trigger a bake, but commands do", () => {
    const files = packerFiles("classic");
    const address = (change: (text: string) => string) => {
      const changed = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, change(text)]));
      return inputsOf(bakeSpec(), "t3.small", "1.6.6", {}, changed);
    };
    const today = address((text) => text);
    assert.deepEqual(
      address((text) => `${text}# more words\n`),
      today,
    );
    assert.deepEqual(
      address((text) => text.replace(/^# .*$/m, "# other words")),
      today,
    );
    const changed = address((text) => `${text}true\n`);
    for (const path of Object.keys(files)) assert.notEqual(changed[path], today[path], path);
  });
});

/** The script as bash prints it after parsing, without comments. */
function asBashReads(script: string): string {
  const program = `subject() {\n${script}\n}\ndeclare -f subject\n`;
  const { status, stdout, stderr } = spawnSync("bash", ["-O", "extglob"], { encoding: "utf8", input: program });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^subject/);
  return stdout;
}
