import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { scriptsFolder } from "../../packer/inputs/packer-files";

/** What passes for a key where nobody signs with it. */
export const KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n";

/** converge.sh in a folder of the test's own, with folders there instead of /etc/chef, memory and cloud-init's. */
export interface ConvergeScript {
  readonly folder: string;
  /** The validator's key, as a bake uploads it for each run unless the test has put something else there. */
  readonly key: string;
  /** Puts a program first on PATH. Each call is noted in a file of its name with `.calls`. */
  program(name: string, script?: string): void;
  /** Lines that a program was called with. */
  calls(name: string): string[];
  path(...names: string[]): string;
  read(...names: string[]): string;
  run(settings?: Readonly<Record<string, string>>, signal?: { readonly when: () => boolean }): Promise<Run>;
  remove(): void;
}

export interface Run {
  readonly status: number | null;
  readonly output: string;
}

export function convergeScript(): ConvergeScript {
  const folder = mkdtempSync(join(tmpdir(), "converge-"));
  const key = join(folder, "uploaded.pem");
  for (const name of ["memory", "bin", "cloud"]) mkdirSync(join(folder, name));
  const file = join(folder, "cloud", "part-001");
  writeFileSync(file, `#!/bin/bash\n${moved(folder)}`, { mode: 0o755 });
  const script: ConvergeScript = {
    folder,
    key,
    path: (...names) => join(folder, ...names),
    read: (...names) => (existsSync(join(folder, ...names)) ? readFileSync(join(folder, ...names), "utf8") : ""),
    calls: (name) => script.read(`${name}.calls`).split("\n").filter(Boolean),
    program: (name, text = "") => {
      const note = `echo "$*" >>"${join(folder, name)}.calls"`;
      writeFileSync(join(folder, "bin", name), `#!/bin/bash\n${note}\n${text}\n`, { mode: 0o755 });
    },
    run: (settings = {}, signal) => run(script, file, settings, signal),
    remove: () => rmSync(folder, { recursive: true }),
  };
  script.program("aws");
  return script;
}

/** The script's own folders, moved into the test's. */
function moved(folder: string): string {
  const text = readFileSync(join(scriptsFolder(), "converge.sh"), "utf8");
  assert.match(
    text,
    /^etc=\/etc\/chef\nmemory=\/dev\/shm\nper_boot=\/var\/lib\/cloud\/scripts\/per-boot\nhook_log=\/var\/log\/chef-launch-hook\.log\napt_settings=\/run\/chef-autoscaling-apt\.conf$/m,
  );
  return text
    .replace(
      /^etc=.*\nmemory=.*\nper_boot=.*\nhook_log=.*\napt_settings=.*$/m,
      `etc='${folder}/etc/chef'\nmemory='${folder}/memory'\nper_boot='${folder}/per-boot'\nhook_log='${folder}/hook.log'\napt_settings='${folder}/apt.conf'`,
    )
    .replace("/var/lib/cloud/*", `${folder}/cloud/*`)
    .replace(/^path=/m, `path='${folder}/bin':`);
}

async function run(
  { folder, key }: ConvergeScript,
  file: string,
  settings: Readonly<Record<string, string>>,
  signal?: { readonly when: () => boolean },
): Promise<Run> {
  if (!existsSync(key)) writeFileSync(key, KEY, { mode: 0o600 });
  const environment = {
    PATH: join(folder, "bin") + delimiter + process.env.PATH,
    CHEF_SERVER_URL: "https://chef.example.com/organizations/shop",
    CHEF_VALIDATOR_NAME: "shop-validator",
    CHEF_VALIDATOR_KEY_SOURCE: "file",
    CHEF_VALIDATOR_KEY_ID: key,
    CHEF_NODE_NAME: "bake-web-1a2b3c4d",
    AWS_REGION: "eu-central-1",
    ...settings,
  };
  const child = spawn(file, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  const timer = signal && setInterval(() => signal.when() && child.kill("SIGTERM") && clearInterval(timer), 20);
  const [status] = await once(child, "close");
  clearInterval(timer);
  return { status, output };
}
