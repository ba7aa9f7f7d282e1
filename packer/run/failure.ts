const LINES = 15;

/**
 * What to say of a failed run of Packer: the step, its last lines, and how to look at the instance.
 * @param status exit code or signal
 * @param log everything that Packer wrote
 * @param step the step that ran, where one had begun
 */
export function failure(status: string, log: string, step: string | undefined): string {
  const where = step ? ` in step ${step}` : "";
  const causes = CAUSES.filter(({ seen }) => seen(log)).map(({ advice }) => advice);
  const advice = [...causes, wayToLook(log)].join("\n");
  return `Packer ended with '${status}'${where}; its last lines were\n${lastLines(log).join("\n")}\n${advice}`;
}

/** What programs on the instance say, in the words of its C library; Packer's own, on this machine, says "no space". */
const FULL = /^ *(==> )?[^ ]+: .*No space left on device/m;

const ON_SPOT = /: Launching a spot AWS instance/;
/** As the steps of builder/amazon/common and of Packer's communicator have it, in 1.6.6 and in version 1.8.2 of the plugin. */
const NO_FLEET = /Error waiting for fleet request|Error creating launch template for spot instance/;
const CUT_OFF =
  /disconnected unexpectedly|exit status: 2300218|connection (lost|reset|refused)|unexpectedly terminated/i;

/** With what an update changes, where the log tells the cause. */
const CAUSES: readonly { readonly seen: (log: string) => boolean; readonly advice: string }[] = [
  {
    seen: (log) => FULL.test(log),
    advice:
      "A disk of the bake's instance is full: give it a larger root volume in 'rootVolume.sizeGib', which the image then has too",
  },
  {
    seen: (log) => ON_SPOT.test(log) && NO_FLEET.test(log),
    advice:
      "AWS gave no spot capacity for this type: run the update again later, take another 'instanceType' or subnet, or leave 'spot' out",
  },
  {
    seen: (log) => ON_SPOT.test(log) && CUT_OFF.test(log),
    advice:
      "The connection broke, as it does when AWS takes spot capacity back: run the update again, or leave 'spot' out",
  },
];

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
