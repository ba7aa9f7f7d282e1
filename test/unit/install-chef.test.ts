import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NEWEST_CLIENT } from "../../components/connection/license";
import { projectRoot } from "../../lab/services/places";
import { scriptsFolder } from "../../packer/inputs/packer-files";

/** An installer that records its arguments, and creates a client. */
const INSTALLER =
  'echo "$@" >"$PLACE/installed"; printf "#!/bin/sh\\n" >"$PLACE/cinc-client"; chmod +x "$PLACE/cinc-client"';
const SCRIPT = readFileSync(join(scriptsFolder(), "install-chef.sh"), "utf8");
/** The version that is installed if none is requested. */
const [, STANDARD = ""] = /^standard=([\d.]+)$/m.exec(SCRIPT) ?? [];
const URL = `https://downloads.cinc.sh/files/stable/cinc/${STANDARD}/debian/12/cinc_${STANDARD}-1_amd64.deb`;
/** omnitruck's metadata of a package, and what Cinc's installer prints about it. */
const METADATA = ["sha1\tabc", `sha256\t${"5".repeat(64)}`, `url\t${URL}`, `version\t${STANDARD}`];
const COMPARING = "Comparing checksum with sha256sum...";

describe("install-chef.sh", () => {
  let place: string;

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "path-"));
    for (const tool of ["bash", "mktemp", "rm", "chmod"]) symlinkSync(`/bin/${tool}`, join(place, tool));
  });
  afterEach(() => rmSync(place, { recursive: true }));

  it("uses the base image's own client, whatever its name", () => {
    for (const client of ["cinc-client", "chef-client"]) {
      program(client, "exit 0");
      const { status, output } = install();
      assert.equal(status, 0, output);
      assert.match(output, new RegExp(`this image brings .*/${client}$`, "m"));
    }
  });

  it("accepts the base image's client only in the requested version", () => {
    program("chef-client", 'echo "Chef Infra Client: 18.5.0"');
    for (const version of ["18", "18.5", "18.5.0"]) assert.equal(install({ CINC_VERSION: version }).status, 0, version);
    for (const version of ["17", "1", "18.5.1", "18.50", "18.5.0.1"]) {
      const { status, output } = install({ CINC_VERSION: version });
      assert.equal(status, 1, version);
      assert.match(output, new RegExp(`chef-client in version '18\\.5\\.0', expected '${version}'; leave .* out`));
    }
    program("chef-client", "exit 1");
    assert.match(install({ CINC_VERSION: "18" }).output, /in version '', expected '18'/);
  });

  it("installs the requested version, and by default the one that the manual and the argument state", () => {
    installer(...METADATA, COMPARING);
    for (const version of ["17.10.0", undefined]) {
      const { status, output } = install(version ? { CINC_VERSION: version } : {});
      assert.equal(status, 0, output);
      assert.equal(readFileSync(join(place, "installed"), "utf8").trim(), `-v ${version ?? STANDARD}`);
      assert.ok(output.includes(`chefClientPackage: { url: "${URL}", sha256: "${"5".repeat(64)}" }`), output);
      rmSync(join(place, "cinc-client"));
    }
    for (const [file, times] of [
      ["docs/bake.md", 2],
      ["components/image/chef-image-args.ts", 1],
    ] as const) {
      const text = readFileSync(join(projectRoot, file), "utf8");
      const stated = [...text.matchAll(/(?:installs|otherwise) Cinc Client[\s*]+([\d.]+\d)/g)].map(([, one]) => one);
      assert.deepEqual(stated, Array(times).fill(STANDARD), file);
    }
  });

  it("supports the same versions as the argument", () => {
    assert.equal(Number(/^newest=(\d+)$/m.exec(SCRIPT)?.[1]), NEWEST_CLIENT);
  });

  it("creates no image with a package that the installer has not compared with a checksum", () => {
    for (const words of ["WARNING: could not find a valid checksum program", "Skipping checksum verification"]) {
      installer(...METADATA, words);
      const { status, output } = install();
      assert.equal(status, 1, output);
      assert.match(
        output,
        /has compared its package with no checksum, so no image is made of it; .*'chefClientPackage'/,
      );
      rmSync(join(place, "cinc-client"));
    }
    rmSync(join(place, "sha256sum"));
    rmSync(join(place, "installed"));
    assert.match(
      install().output,
      /no sha256sum, without which Cinc's installer compares no checksum; install GNU coreutils/,
    );
    assert.ok(!existsSync(join(place, "installed")));
  });

  it("downloads only over TLS, wherever it is redirected", () => {
    installer(COMPARING);
    install();
    assert.match(readFileSync(join(place, "asked"), "utf8"), /--proto =https .*--location/);
  });

  const PACKAGE = "echo a package";
  const SUM = createHash("sha256").update(`${PACKAGE}\n`).digest("hex");
  const FILES = { deb: "dpkg", rpm: "rpm" };
  for (const [kind, tool] of Object.entries(FILES)) {
    it(`installs a given package by ${tool}, only with its checksum`, () => {
      curl(`echo '${PACKAGE}' >"$file"`);
      for (const needed of ["sha256sum", "tee", "grep"]) symlinkIfMissing(needed);
      program(tool, `${INSTALLER}\n[ -s "\${!#}" ]`);
      const url = `https://mirror.example.com/cinc.${kind}`;
      const wrong = install({ CINC_PACKAGE_URL: url, CINC_PACKAGE_SHA256: "0".repeat(64) });
      assert.equal(wrong.status, 1);
      assert.match(
        wrong.output,
        new RegExp(`'${url}' has the SHA-256 ${SUM}, expected 0{64}; nothing of it was installed`),
      );
      assert.ok(!existsSync(join(place, "installed")));
      const { status, output } = install({ CINC_PACKAGE_URL: url, CINC_PACKAGE_SHA256: SUM });
      assert.equal(status, 0, output);
      assert.match(
        readFileSync(join(place, "installed"), "utf8"),
        new RegExp(`^--(install|upgrade .*) .*/cinc\\.${kind}$`, "m"),
      );
      const twice = install({ CINC_PACKAGE_URL: url, CINC_PACKAGE_SHA256: SUM });
      assert.match(
        twice.output,
        /this image brings .*cinc-client, and .* is to be installed; leave 'chefClientPackage' out/,
      );
      assert.equal(twice.status, 1);
    });
  }

  const BUSY = [
    "dpkg: error: dpkg frontend lock was locked by another process with pid 1719",
    "dpkg: error: dpkg frontend is locked by another process",
    "error: can't create transaction lock on /var/lib/rpm/.rpm.lock (Resource temporarily unavailable)",
  ];

  it("waits for another program that installs packages, as a machine does that updates itself when it boots", () => {
    for (const words of BUSY) {
      program("sleep", 'echo "$@" >>"$PLACE/slept"');
      const tries = `[ -e "$PLACE/second" ] || { echo >"$PLACE/second"; echo "${words}" >&2; exit 1; }`;
      installerThat([...METADATA, COMPARING], tries);
      const { status, output } = install();
      assert.equal(status, 0, output);
      assert.match(output, /another program is installing packages; attempt 1 of 60, the next in 10 s/);
      assert.equal(readFileSync(join(place, "slept"), "utf8"), "10\n");
      for (const file of ["slept", "second", "cinc-client", "installed"]) rmSync(join(place, file));
    }
  });

  it("does not try again after any other failure", () => {
    program("sleep", 'echo "$@" >>"$PLACE/slept"');
    installerThat([...METADATA, COMPARING], "echo dpkg: error processing package cinc; exit 1");
    assert.equal(install().status, 1);
    assert.ok(!existsSync(join(place, "slept")));
  });

  it("reports what to do if nothing can be downloaded, or if the installer installs nothing", () => {
    for (const tool of ["sha256sum", "tee", "grep"]) symlinkIfMissing(tool);
    curl("exit 6");
    const offline = install();
    assert.equal(offline.status, 1);
    assert.match(offline.output, /'https:\/\/omnitruck.cinc.sh\/install.sh' cannot be read .*base image that has/);
    curl(`echo 'echo "${COMPARING}"' >"$file"`);
    const empty = install();
    assert.equal(empty.status, 1);
    assert.match(empty.output, /the installer ended without a cinc-client/);
    assert.ok(!existsSync(join(place, "cinc-client")));
  });

  function program(name: string, script: string): void {
    writeFileSync(join(place, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }

  /** What curl downloads: an installer that prints these lines. */
  function installer(...lines: readonly string[]): void {
    installerThat(lines, "");
  }

  /** One that then does something else before it installs. */
  function installerThat(lines: readonly string[], script: string): void {
    for (const tool of ["sha256sum", "tee", "grep"]) symlinkIfMissing(tool);
    const printing = lines.map((line) => `echo '${line}'`).join("\n");
    curl(`cat >"$file" <<'INSTALLER'\n${printing}\n${script}\n${INSTALLER}\nINSTALLER`);
  }

  /** A `curl` that only uses its file argument. */
  function curl(script: string): void {
    symlinkIfMissing("cat");
    program("curl", `echo "$@" >"$PLACE/asked"; while [ "$1" != --output ]; do shift; done; file=$2\n${script}`);
  }

  function symlinkIfMissing(tool: string): void {
    if (!existsSync(join(place, tool))) symlinkSync(`/bin/${tool}`, join(place, tool));
  }

  function install(more: Readonly<Record<string, string>> = {}): { status: number | null; output: string } {
    const environment = { PATH: place, PLACE: place, TMPDIR: place, ...more };
    const script = join(scriptsFolder(), "install-chef.sh");
    const { status, stdout, stderr } = spawnSync("bash", [script], { encoding: "utf8", env: environment });
    return { status, output: stdout + stderr };
  }
});
