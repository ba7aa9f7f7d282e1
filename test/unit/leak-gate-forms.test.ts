import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { scriptsFolder } from "../../packer/inputs/packer-files";
import { RSA_KEY } from "../helpers/key-forms";
import { LEFT_AWS_KEYS, LEFT_KEYS, NO_KEYS } from "../helpers/left-keys";

const PEM = RSA_KEY.pkcs8;

/** Files in places and with names that a list of lines or of usual folders would miss. */
const PLACES = [
  "/data/app/tls.key",
  "/rescue.pem",
  "/usr/local/bin/backup.sh",
  "/usr/local/nginx/conf/tls.key",
  "/opt/two\nlines.pem",
  "/opt/\n",
  "/opt/blanks at the end  ",
  "/opt/*",
  "/opt/-e",
  "/opt/back\\slash",
  "/opt/.git/key",
  "/opt/leak-gate.sh",
  "/opt/key.pem~",
  "/opt/.key.pem.swp",
];

/** Places that hold what programs and packages of the distribution bring, or nothing of the image. */
const NOT_SEARCHED = [
  "/usr/share/test.pem",
  "/usr/local/lib/python3/test.pem",
  "/usr/local/go/test.pem",
  "/proc/1/x",
  "/snap/core/x",
];

const SECRETS: Readonly<Record<string, [content: string, reason: string]>> = {
  "/root/.netrc": ["machine example.com password x\n", "holds a password or a token"],
  "/home/admin/.git-credentials": ["https://u:p@example.com\n", "holds a password or a token"],
  "/root/.docker/config.json": ['{"auths":{"example.com":{"auth":"dTpw"}}}', "holds a password or a token"],
  "/root/.npmrc": ["//registry.example.com/:_authToken=abc\n", "holds a password or a token"],
  "/opt/app/.git/config": [
    "[remote]\n\turl = https://deploy:token@example.com/app.git\n",
    "holds a password or a token",
  ],
  "/var/lib/app/.aws/credentials": ["[default]\n", "holds AWS credentials"],
  "/etc/passwd-s3fs": ["AKIAY34FZKBOKMUTVV7A:x\n", "holds AWS credentials"],
  "/var/lib/postgresql/.psql_history": ["select 1\n", "is a shell's history"],
  "/opt/encrypted_data_bag_secret.bak": ["x", "belongs to one Chef node"],
  "/var/lib/systemd/coredump/core.ruby.zst": ["x", "is the memory of a program"],
};

const HARMLESS: Readonly<Record<string, string>> = {
  "/root/.docker/config.json": '{"credsStore":"ecr-login","auths":{"example.com":{}}}',
  "/root/.npmrc": "registry=https://registry.example.com/\n_authToken=\n",
  "/opt/app/.git/config": "[remote]\n\turl = https://example.com/app.git\n\tother = git@example.com:app.git\n",
};

describe("the leak gate finds", function () {
  this.timeout(120_000);
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "gate-"));
    mkdirSync(join(root, "opt"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("a key in every form", () => {
    const files = Object.entries(LEFT_KEYS).map(([form, content]) => [`/opt/${fileName(form)}`, content] as const);
    for (const [path, content] of files) plant(path, content);
    const { leaks } = gate();
    const missed = files
      .map(([path]) => path)
      .filter((path) => !leaks.some((leak) => leak.startsWith(`${path}: holds a private key`)));
    assert.deepEqual(missed, []);
    assert.equal(leaks.length, files.length, "a key is one finding");
  });

  it("base64 wherever its lines end", () => {
    const shifts = Array.from({ length: 76 }, (_, at) => at);
    for (const at of shifts) {
      const text = Buffer.from(`${"x".repeat(at)}${JSON.stringify({ key: PEM })}`).toString("base64");
      plant(`/opt/${at}`, text.replace(/.{76}/g, "$&\n"));
    }
    assert.equal(gate().leaks.length, shifts.length);
  });

  it("an AWS secret key under any of its usual names", () => {
    for (const [form, content] of Object.entries(LEFT_AWS_KEYS)) plant(`/opt/${fileName(form)}`, content);
    const { leaks } = gate();
    assert.deepEqual(
      leaks.map((leak) => leak.replace(/^\/opt\/(.*): holds an AWS secret key$/, "$1")).sort(),
      Object.keys(LEFT_AWS_KEYS).map(fileName).sort(),
    );
  });

  it("a key in any place, under any name", () => {
    for (const path of PLACES) plant(path, PEM);
    const { leaks } = gate();
    const expected = PLACES.map((path) => `${path.replaceAll("\n", "?")}: holds a private key`);
    assert.deepEqual(leaks.sort(), expected.sort());
  });

  it("passwords, tokens and memory by the names of their files", () => {
    for (const [path, [content]] of Object.entries(SECRETS)) plant(path, content);
    const expected = Object.entries(SECRETS).map(([path, [, reason]]) => `${path}: ${reason}`);
    assert.deepEqual(gate().leaks.sort(), expected.sort());
  });

  it("a second key in a file with an example, however long the rest of the file is", () => {
    const example = "/opt/cinc/embedded/lib/ruby/gems/3.1.0/gems/chef-zero-15.1.0/lib/chef_zero.rb";
    const known = `PRIVATE_KEY = "${PEM.replaceAll("\n", "\\n")}".freeze\n`;
    for (const [added, count] of [
      ["", 0],
      [RSA_KEY.pkcs1, 1],
      [Buffer.from(PEM).toString("base64"), 1],
    ] as const) {
      plant(example, `${known}${added}\0${"# text\0\n".repeat(200_000)}`);
      assert.equal(gate().leaks.length, count, added.slice(0, 20));
    }
  });

  it("nothing in what only has the words or forms of keys", () => {
    for (const [form, content] of Object.entries(NO_KEYS)) plant(`/opt/${fileName(form)}`, content);
    for (const [path, content] of Object.entries(HARMLESS)) plant(path, content);
    for (const path of NOT_SEARCHED) plant(path, PEM);
    // Packer uploads the gate itself to /tmp
    plant("/tmp/script_1234.sh", readFileSync(join(scriptsFolder(), "leak-gate.sh")));
    assert.deepEqual(gate().leaks, []);
  });

  it("its way around pipes, links and very large files", () => {
    spawnSync("mkfifo", [join(root, "opt/pipe")]);
    symlinkSync("/", join(root, "opt/loop"));
    plant("/var/sparse.img", "x");
    truncateSync(join(root, "var/sparse.img"), 2 ** 31 + 4096);
    assert.deepEqual(gate().leaks, []);
  });

  it("nothing in what it documents not to look into", () => {
    // docs/bake.md and docs/security.md say so
    plant("/opt/key.gz", gzipSync(PEM));
    plant("/opt/utf32", Buffer.from([...PEM].map((letter) => `${letter}\0\0\0`).join("")));
    plant("/opt/half.1", PEM.slice(0, 40));
    plant("/opt/half.2", PEM.slice(40));
    plant("/opt/program", Buffer.concat([Buffer.from("\x7fELF"), der()]));
    assert.deepEqual(gate().leaks, []);
  });

  it("what it looks for without leaving anything of its own behind", () => {
    plant("/opt/key", PEM);
    const [programs, made] = [join(root, "programs"), join(root, "made")];
    plant("/programs/mktemp", `#!/bin/sh\nfolder=$(/usr/bin/mktemp "$@") && echo "$folder" | tee -a '${made}'\n`);
    chmodSync(join(programs, "mktemp"), 0o755);
    gate(programs);
    const folders = readFileSync(made, "utf8").trim().split("\n");
    assert.match(folders.join(), /leak-gate|tmp/);
    assert.deepEqual(folders.filter(existsSync), []);
  });

  function plant(path: string, content: string | Buffer): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }

  /** @param programs folder of programs before those on PATH */
  function gate(programs = ""): { leaks: string[] } {
    const PATH = [programs, process.env.PATH].filter(Boolean).join(delimiter);
    const environment = { PATH, CHEF_NODE_NAME: "bake-web-1a2b3c4d", LEAK_GATE_ROOT: root };
    const script = join(scriptsFolder(), "leak-gate.sh");
    const { status, stdout, stderr } = spawnSync("bash", [script], { encoding: "utf8", env: environment });
    const leaks = stderr
      .split("\n")
      .filter((line) => line.startsWith("  "))
      .map((line) => line.slice(2));
    assert.equal(status, leaks.length > 0 ? 1 : 0, stdout + stderr);
    return { leaks };
  }
});

function fileName(form: string): string {
  return form.replaceAll("/", "-").replaceAll("\\", "");
}

function der(): Buffer {
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "der" });
}
