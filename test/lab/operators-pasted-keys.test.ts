import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { createProgram } from "../../cli/program";
import { forEachBounded } from "../../common/concurrency";
import { commandFile, runCommandLine } from "../helpers/command-line";
import { pastedKey, repeats } from "../helpers/key-forms";

/** Further arguments of a command, so that it gets as far as it can with the key. */
const BESIDES: Readonly<Record<string, readonly string[]>> = {
  reap: ["i-0123456789abcdef0"],
  rollout: ["status"],
};
/** Number of forms that each place is tested with. Each is a start of the program, and the forms differ from place to place. */
const FORMS = 1;

interface Call {
  readonly title: string;
  readonly args: (pasted: string) => readonly string[];
  readonly environment?: (pasted: string) => NodeJS.ProcessEnv;
}

/** Every place of a command line that takes text: arguments, options, and the environment variables of options. */
function calls(): Call[] {
  return createProgram().commands.flatMap((command) => {
    const name = command.name();
    const besides = BESIDES[name] ?? [];
    const taking = command.options.filter(({ required, optional }) => required || optional);
    return [
      { title: `${name} ARGUMENT`, args: (pasted: string) => [name, pasted] },
      { title: `${name} --no-such-option`, args: (pasted: string) => [name, ...besides, `--no-such-option=${pasted}`] },
      ...taking.flatMap(({ long, envVar }) => [
        { title: `${name} ${long}`, args: (pasted: string) => [name, ...besides, `${long}=${pasted}`] },
        ...(envVar ? [{ title: `${envVar} ${name}`, args: () => [name, ...besides], environment: only(envVar) }] : []),
      ]),
    ];
  });
}

function only(variable: string) {
  return (pasted: string): NodeJS.ProcessEnv => ({ [variable]: pasted });
}

describe("the operators' command with a private key in place of any argument", function () {
  this.timeout(300_000);
  const home = mkdtempSync(join(tmpdir(), "home-"));
  after(() => rmSync(home, { recursive: true }));

  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_MAX_ATTEMPTS: "1",
    AWS_EC2_METADATA_DISABLED: "true",
    REAPER_CHEF_SERVER_URL: "http://127.0.0.1:1",
    REAPER_CHEF_CLIENT_NAME: "operator",
    REAPER_CHEF_KEY: '{"ssmParameter":"/chef/operator.pem"}',
    REAPER_GROUPS: '["test-web"]',
    REAPER_QUEUE_URL: "http://127.0.0.1:1/123456789012/web",
    REAPER_DEAD_LETTER_QUEUE_URL: "http://127.0.0.1:1/123456789012/web-dead",
  };

  it("does not print it, whichever argument, option or variable contains it", async () => {
    commandFile();
    const all = calls();
    assert.ok(all.length > 60, `${all.length} places`);
    // A shell cannot pass NUL
    const forms = fc.sample(pastedKey(), all.length * FORMS * 2).filter((form) => !form.includes("\0"));
    const runs = all.flatMap((call, index) =>
      forms.slice(index * FORMS, (index + 1) * FORMS).map((pasted) => ({ call, pasted })),
    );
    const leaks: string[] = [];
    await forEachBounded(runs, 3, async ({ call: { title, args, environment: more }, pasted }) => {
      const { code, stdout, stderr } = await runCommandLine(args(pasted), { ...environment, ...more?.(pasted) });
      if (code === 0 || repeats(stdout + stderr, pasted)) leaks.push(`${title} (${code}): ${stdout}${stderr}`);
    });
    assert.deepEqual(leaks, []);
  });
});
