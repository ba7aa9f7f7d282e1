const LINES = 15;

/**
 * What to say of a failed run of Packer: the step, its last lines, and how to look at the instance.
 * @param status exit code or signal
 * @param log everything that Packer wrote
 * @param step the step that ran, where one had begun
 */
export function failure(status: string, log: string, step: string | undefined): string {
  const where = step ? ` in step ${step}` : "";
  const advice = [...causes(log), wayToLook(log)].join("\n");
  return `Packer ended with '${status}'${where}; its last lines were\n${lastLines(log).join("\n")}\n${advice}`;
}

/** What programs on the instance say, in the words of its C library; Packer's own, on this machine, says "no space". */
const FULL = /^ *(==> )?[^ ]+: .*No space left on device/m;

/** What an update changes, where the log tells the cause. */
function causes(log: string): string[] {
  if (!FULL.test(log)) return [];
  return [
    "A disk of the bake's instance is full: give it a larger root volume in 'rootVolume.sizeGib', which the image then has too",
  ];
}

/** The failing provisioner's: from where it began, and before Packer's cleaning. */
function lastLines(log: string): string[] {
  const lines = log.trimEnd().split("\n");
  const cleaning = lines.findIndex((line) => line.includes("Provisioning step had errors"));
  const told = lines.slice(0, cleaning < 0 ? undefined : cleaning);
  const begin = told.map((line) => line.includes(": Provisioning with ")).lastIndexOf(true);
  return told.slice(Math.max(begin, told.length - LINES));
}

function wayToLook(log: string): string {
  const instance = /Instance ID: (i-[0-9a-f]+)/.exec(log)?.[1];
  if (process.env.BAKE_ON_ERROR === "abort") {
    return `BAKE_ON_ERROR is abort: the instance '${instance ?? "none yet"}' was left running; remove it with 'chef-autoscaling sweep'`;
  }
  return (
    "To look at the instance after such a failure, set BAKE_ON_ERROR=abort: Packer then leaves it running, " +
    "and 'chef-autoscaling sweep' removes it"
  );
}
