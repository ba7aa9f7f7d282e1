import { basename } from "node:path";

/** A step of a bake, and how to recognize Packer's first line of it. */
export interface Step {
  readonly title: string;
  readonly begins: RegExp;
  /** Whether it also comes after a failure. @default false */
  readonly always?: boolean;
}

/** The steps of a bake in their order, as both generations of Packer print them. */
export function bakeSteps(cleaners: readonly string[]): Step[] {
  return [
    { title: "a key pair and a security group for this bake", begins: /: Creating temporary keypair/ },
    { title: "launching the instance", begins: /: Launching a (source|spot) AWS instance/ },
    { title: "waiting for SSH", begins: /: Waiting for SSH to become available/ },
    { title: "copying files", begins: /: Uploading .*bake-files\.tar$/ },
    script("install-chef.sh", "installing Chef's client"),
    script("converge.sh", "converging with Chef"),
    script("stop-chef.sh", "stopping Chef's client"),
    ...cleaners.map((path) => script(basename(path), `cleaning up after ${basename(path, ".sh")}`)),
    script("clean.sh", "removing keys and identities of this machine"),
    script("leak-gate.sh", "looking for leaks"),
    { title: "stopping the instance", begins: /: Stopping the source instance/ },
    { title: "creating the image", begins: /: Creating AMI / },
    { title: "removing temporary resources", begins: /: Terminating the source AWS instance/, always: true },
  ];
}

function script(file: string, title: string): Step {
  const name = file.replaceAll(".", "\\.");
  return { title, begins: new RegExp(`: Provisioning with shell script: (.*/)?${name}$`) };
}

/**
 * Passes Packer's output on as it arrives, and announces each step with its number before its first line.
 *
 * @returns `write` accepts the output in any pieces; `current` is the running step, such as `[5/12] converging with Chef`, or the step that
 * ran when Packer began to clean up
 */
export function withProgress(steps: readonly Step[], passOn: (text: string) => void) {
  let begun = "";
  let current: string | undefined;
  const announce = (line: string) => {
    const step = steps.find(({ begins }) => begins.test(line.trimEnd()));
    if (!step) return "";
    const told = `[${steps.indexOf(step) + 1}/${steps.length}] ${step.title}`;
    if (!step.always) current = told;
    return `bake: ${told}\n`;
  };
  return {
    write(text: string): void {
      const lines = (begun + text).split(/(?<=\n)/);
      begun = lines.at(-1)?.endsWith("\n") ? "" : (lines.pop() ?? "");
      const announced = lines.map((line) => announce(line) + line).join("");
      if (announced) passOn(announced);
    },
    /** Passes on the last line if it has no line break. */
    end(): void {
      if (begun) passOn(`${begun}\n`);
      begun = "";
    },
    current: (): string | undefined => current,
  };
}
