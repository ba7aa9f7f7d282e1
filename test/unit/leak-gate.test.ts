import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { cleanerPaths, scriptsFolder } from "../../packer/inputs/packer-files";

const NODE = "bake-web-1a2b3c4d";
const pem = (type: "pkcs1" | "pkcs8") =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type, format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
const PKCS1 = pem("pkcs1");
const PKCS8 = pem("pkcs8");
const EC = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  privateKeyEncoding: { type: "sec1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;
const der = (text: string) => Buffer.from(text.replaceAll(/-----.*-----|\n/g, ""), "base64");
const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const inOneLine = (text: string) => text.replaceAll("\n", "\\n");

/** The folder of gems in the packages of Chef's client and Cinc's. */
const GEMS = "/opt/cinc/embedded/lib/ruby/gems/3.1.0/gems";
const RSA_EXAMPLE = "chef-18.8.72/lib/chef/resource/openssl_rsa_public_key.rb";
/** Files with example keys in the format of the client's own gems, with our own text. */
const EXAMPLES: Record<string, string> = {
  [RSA_EXAMPLE]: `class Example\n  private_key_content "${inOneLine(PKCS1)}"\nend\n`,
  "chef-18.8.72/lib/chef/resource/openssl_ec_public_key.rb": `class Example\n  private_key_content "${inOneLine(EC)}"\nend\n`,
  "chef-zero-15.1.0/lib/chef_zero.rb": `module Example\n  PRIVATE_KEY = "${inOneLine(PKCS1)}".freeze\nend\n`,
};

/** What is planted where, and how the gate reports it. */
const LEAKS: Record<string, [path: string, content: string | Buffer, reason: string]> = {
  "a key in /opt": ["/opt/app/config/tls.key", PKCS1, "holds a private key"],
  "a key in PKCS #8": ["/usr/local/etc/www/key.pem", PKCS8, "holds a private key"],
  "a key of the Chef client's own folder": ["/opt/chef/embedded/etc/key", PKCS8, "holds a private key"],
  "a key beside binary data": [
    "/var/lib/app/store.db",
    Buffer.concat([Buffer.from([0, 1, 2, 0]), Buffer.from(PKCS1), Buffer.alloc(9)]),
    "holds a private key",
  ],
  "a key in one line of JSON": ["/etc/app.json", JSON.stringify({ key: PKCS8 }), "holds a private key"],
  "a key as YAML indents it": ["/etc/app.yaml", `key: |\n  ${PKCS1.replaceAll("\n", "\n  ")}`, "holds a private key"],
  "a key in base64": ["/home/admin/key.b64", Buffer.from(PKCS1).toString("base64"), "holds a private key in base64"],
  "a key of PKCS #8 in base64": [
    "/etc/secret.env",
    `KEY=${Buffer.from(PKCS8).toString("base64")}`,
    "holds a private key in base64",
  ],
  "an elliptic curve's key": ["/srv/tls/ec.pem", EC, "holds a private key"],
  "a key of OpenSSH": [
    "/root/deploy",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n",
    "holds a private key",
  ],
  "a key of PuTTY": [
    "/home/admin/deploy.ppk",
    "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\nAAAAIQ==\n",
    "holds a private key",
  ],
  "a key in base64 within other text": [
    "/etc/app.b64",
    Buffer.from(`{"key":"${inOneLine(PKCS8)}"}`).toString("base64"),
    "holds a private key in base64",
  ],
  "a key in binary form": ["/etc/ssl/private/tls.key", der(PKCS1), "holds a private key"],
  "a key of PKCS #8 in binary form": ["/srv/app/key.p8", der(PKCS8), "holds a private key"],
  "an elliptic curve's key in binary form": ["/srv/app/ec.der", der(EC), "holds a private key"],
  "a key in the place of a client's example": [`${GEMS}/${RSA_EXAMPLE}`, PKCS1, "holds a private key"],
  "a key behind a client's example": [
    `${GEMS}/${RSA_EXAMPLE}`,
    `${EXAMPLES[RSA_EXAMPLE]}__END__\n${PKCS8}`,
    "holds a private key",
  ],
  "a second example in a client's file": [
    `${GEMS}/${RSA_EXAMPLE}`,
    `${EXAMPLES[RSA_EXAMPLE]}${EXAMPLES[RSA_EXAMPLE]}`,
    "holds a private key",
  ],
  "a key beside a client's examples": [
    `${GEMS}/chef-18.8.72/lib/chef/resource/openssl_public_key.rb`,
    EXAMPLES[RSA_EXAMPLE] as string,
    "holds a private key",
  ],
  "a key among the tests of a gem": [`${GEMS}/net-ssh-7.0.0/spec/support/key.pem`, PKCS1, "holds a private key"],
  "a key in a manual": [`${GEMS}/net-ssh-7.0.0/README.md`, PKCS1, "holds a private key"],
  "an example's file in another gem": [
    `${GEMS}/chef-vault-4.1.0/lib/chef/resource/openssl_rsa_public_key.rb`,
    EXAMPLES[RSA_EXAMPLE] as string,
    "holds a private key",
  ],
  "a guid that makes all instances one": ["/etc/chef/chef_guid", "x", "belongs to one Chef node"],
  "an AWS key": ["/root/.profile", `export AWS_SECRET_ACCESS_KEY="${"aB3/".repeat(10)}"\n`, "holds an AWS secret key"],
  "AWS credentials": ["/home/admin/.aws/credentials", "[default]\n", "holds AWS credentials"],
  "the client's key": ["/etc/chef/client.pem", "x", "belongs to one Chef node"],
  "the validator's key elsewhere": ["/opt/setup/shop-validator.pem", "x", "belongs to one Chef node"],
  "the validator's key in memory": ["/dev/shm/chef-validation.a1b2c3d4", "x", "belongs to one Chef node"],
  "the client's settings": ["/etc/chef/client.rb", "log_level :info\n", "belongs to one Chef node"],
  "a first boot's attributes": ["/tmp/first-boot.json", "{}", "belongs to one Chef node"],
  "a fixed node name": ["/etc/chef/client.d/name.rb", "\n  node_name 'web-1'\n", "fixes the name of a Chef node"],
  "the bake's node in a log": ["/var/log/app.log", `hello ${NODE}\n`, "names the bake's node"],
  "a backup of the Chef client": ["/var/chef/backup/etc/passwd", "x", "is state that a Chef client saved"],
  "Consul's node": ["/opt/consul/node-id", "x", "is state of one Consul agent"],
  "a Consul server's state": ["/var/lib/consul/raft/raft.db", "x", "is state of one Consul agent"],
  "an authorized key": ["/home/admin/.ssh/authorized_keys", "ssh-ed25519 AAAA", "lets a user log in"],
  "a history": ["/root/.bash_history", "ls\n", "is a shell's history"],
  "a host key": ["/etc/ssh/ssh_host_ed25519_key.pub", "ssh-ed25519 AAAA", "identifies one SSH host"],
  "a machine id": ["/etc/machine-id", "0123456789abcdef0123456789abcdef\n", "identifies one machine"],
  "cloud-init's state": ["/var/lib/cloud/instances/i-1/sem/x", "", "keeps user data from running at the next boot"],
  "cloud-init's log": ["/var/log/cloud-init-output.log", "x\n", "is a log of the bake"],
};

/** A key that a package of the distribution, of its vendor or of Chef installs on every machine. */
const PACKAGED = "/opt/agent/embedded/lib/python3.12/test/keys/ssl_key.pem";

/** A secret of the Chef client's own tests, which its gem includes up to version 16. */
const PACKAGED_SECRET = `${GEMS}/chef-16.18.43/spec/data/bootstrap/encrypted_data_bag_secret`;

/** The list of files that dpkg keeps of a package. */
function listed(...files: [path: string, content: string][]): string {
  return files.map(([path, content]) => `${md5(content)}  ${path.slice(1)}\n`).join("");
}

/** Files that look like a leak but are none. */
const HARMLESS: Record<string, string | Buffer> = {
  [PACKAGED]: PKCS1,
  [PACKAGED_SECRET]: "example\n",
  [PACKAGED_SECRET.replace("16.18.43", "15.17.4")]: "supersekret_from_file\n",
  "/var/lib/dpkg/info/agent.md5sums": listed(
    ["/opt/agent/readme", "x"],
    [PACKAGED, PKCS1],
    [PACKAGED_SECRET, "example\n"],
  ),
  "/usr/local/bin/tool": "-----BEGIN RSA PRIVATE KEY-----\0no key follows",
  ...Object.fromEntries(Object.entries(EXAMPLES).map(([file, text]) => [`${GEMS}/${file}`, text])),
  "/etc/ssl/certs/ca.pem":
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJRTES\n",
  "/etc/machine-id": "uninitialized\n",
  "/root/.bash_history": "",
  "/dev/shm/chef-validator.pem": "",
  "/etc/chef/trusted_certs/ca.pem": "-----BEGIN CERTIFICATE-----\n",
  "/etc/ssl/certs/ca.der": Buffer.from("3082030a308201f2a003020102", "hex"),
  "/etc/app.conf": "# node_name is set at the first boot\n",
};

describe("the leak gate", function () {
  this.timeout(60_000);
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "gate-"));
    for (const folder of ["etc/chef", "opt", "var/log", "root"]) mkdirSync(join(root, folder), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("passes a machine that only looks suspicious", () => {
    for (const [path, content] of Object.entries(HARMLESS)) plant(path, content);
    const { status, output } = gate();
    assert.equal(status, 0, output);
    assert.ok(output.includes(`leak-gate: allowed, though it holds a private key: ${PACKAGED}\n`), output);
    assert.match(output, /nothing left/);
  });

  it("finds a key in a package's file that was changed after its installation", () => {
    plant(PACKAGED, PKCS8);
    plant("/var/lib/dpkg/info/agent.md5sums", `${md5(PKCS1)}  ${PACKAGED.slice(1)}\n`);
    const { status, output } = gate();
    assert.equal(status, 1, output);
    assert.ok(output.includes(`  ${PACKAGED}: holds a private key\n`), output);
  });

  it("finds a data bag secret that no package installed, and one that a package installed elsewhere", () => {
    const elsewhere = ["/etc/chef/encrypted_data_bag_secret", "/opt/shop/encrypted_data_bag_secret"] as const;
    for (const path of [PACKAGED_SECRET, ...elsewhere]) plant(path, "secret\n");
    const files = elsewhere.map((path): [string, string] => [path, "secret\n"]);
    plant("/var/lib/dpkg/info/agent.md5sums", listed([PACKAGED_SECRET, "example\n"], ...files));
    const { status, output } = gate();
    assert.equal(status, 1, output);
    for (const path of [PACKAGED_SECRET, ...elsewhere])
      assert.ok(output.includes(`  ${path}: belongs to one Chef node\n`), output);
  });

  it("asks rpm only if it has a database, since rpm would create one in the image", () => {
    const path = "/opt/agent/test.key";
    plant(path, PKCS1);
    const programs = mkdtempSync(join(tmpdir(), "programs-"));
    const rpm = `#!/bin/sh\nmkdir -p "$2/root/.rpmdb"\necho "${md5(PKCS1)} ${path}"\n`;
    writeFileSync(join(programs, "rpm"), rpm, { mode: 0o755 });
    try {
      assert.equal(gate(programs).status, 1);
      assert.ok(!existsSync(join(root, "root/.rpmdb")));
      plant("/var/lib/rpm/rpmdb.sqlite", "");
      const { status, output } = gate(programs);
      assert.equal(status, 0, output);
    } finally {
      rmSync(programs, { recursive: true });
    }
  });

  for (const [leak, [path, content, reason]] of Object.entries(LEAKS)) {
    it(`finds ${leak}`, () => {
      plant(path, content);
      const { status, output } = gate();
      assert.equal(status, 1, output);
      assert.ok(output.includes(`: ${reason}`), output);
      assert.ok(!output.includes(PKCS1.slice(40, 80)), "the gate shows what it found");
    });
  }

  it("allows what a cookbook lists by path, and nothing else", () => {
    plant("/opt/app/test/key.pem", PKCS1);
    plant("/opt/app/key.pem", PKCS1);
    plant("/etc/chef-autoscaling/leak-gate.allow", "# keys of a test suite\n/opt/app/test/*\n");
    const { status, output } = gate();
    assert.equal(status, 1);
    assert.match(output, /^leak-gate: allowed, .*: \/opt\/app\/test\/key\.pem$/m);
    assert.match(output, /^ {2}\/opt\/app\/key\.pem: holds a private key$/m);
  });

  it("names every leak at once", () => {
    for (const [path, content] of Object.values(LEAKS)) plant(path, content);
    const { status, output } = gate();
    assert.equal(status, 1);
    for (const [path, , reason] of Object.values(LEAKS))
      assert.ok(output.includes(reason), `${path} ${reason}\n${output}`);
  });

  it("documents what it does not look into", () => {
    // Compressed files are not opened, as docs/bake.md says
    plant("/opt/backup.gz", gzipSync(PKCS1));
    assert.equal(gate().status, 0);
  });

  function plant(path: string, content: string | Buffer): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }

  /** @param programs folder of programs before those on PATH */
  function gate(programs?: string): { status: number | null; output: string } {
    const PATH = [programs, process.env.PATH].filter(Boolean).join(delimiter);
    const environment = { PATH, CHEF_NODE_NAME: NODE, LEAK_GATE_ROOT: root };
    const script = join(scriptsFolder(), "leak-gate.sh");
    const { status, stdout, stderr } = spawnSync("bash", [script], { encoding: "utf8", env: environment });
    return { status, output: stdout + stderr };
  }
});

describe("the cleaners", () => {
  it("are valid bash scripts", () => {
    for (const path of cleanerPaths()) {
      const { status, stderr } = spawnSync("bash", ["-n", path], { encoding: "utf8" });
      assert.equal(status, 0, stderr);
    }
  });

  it("succeed if the software is installed but its service is not", () => {
    const place = mkdtempSync(join(tmpdir(), "units-"));
    const systemctl = '#!/bin/sh\necho "$@" >>"$TOLD"\necho "Unit $2 could not be found." >&2\nexit 1\n';
    writeFileSync(join(place, "systemctl"), systemctl, { mode: 0o755 });
    const told = join(place, "told");
    const environment = { PATH: `${place}:${process.env.PATH}`, TOLD: told };
    // Each as if its software were installed, without emptying folders of this machine
    const software = (text: string) =>
      text.replaceAll(/^(command|\[ -d) .*exit 0$/gm, "").replaceAll(/ \/(?=etc|opt|var)/g, ` ${place}/`);
    try {
      for (const path of cleanerPaths().filter((it) => !it.endsWith("ssm-agent.sh"))) {
        const options = { encoding: "utf8" as const, env: environment, input: software(readFileSync(path, "utf8")) };
        const { status, stderr } = spawnSync("bash", options);
        assert.equal(status, 0, `${path}: ${stderr}`);
      }
      assert.equal(readFileSync(told, "utf8"), "cat consul\ncat datadog-agent\n");
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});
