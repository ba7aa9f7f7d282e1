const LINES = 15;

/**
 * The error message for a failed run of Packer: the step, its last lines, and how to inspect the instance.
 *
 * @param status exit code or signal
 * @param log everything that Packer wrote
 * @param step the step that ran, if one had started
 */
export function failure(status: string, log: string, step: string | undefined): string {
  const where = step ? ` in step ${step}` : "";
  const causes = CAUSES.filter(({ seen }) => seen(log)).map(({ advice }) => advice);
  const advice = [...causes, wayToLook(log)].join("\n");
  return `Packer ended with '${status}'${where}; its last lines were\n${lastLines(log).join("\n")}\n${advice}`;
}

/** The C library's message on the instance; Packer's own, on this machine, is "no space". */
const FULL = /^ *(==> )?[^ ]+: .*No space left on device/m;

const ON_SPOT = /: Launching a spot AWS instance/;
/** Messages of builder/amazon/common and of Packer's communicator, in 1.6.6 and in version 1.8.2 of the plugin. */
const NO_FLEET = /Error waiting for fleet request|Error creating launch template for spot instance/;
const CUT_OFF =
  /disconnected unexpectedly|exit status: 2300218|connection (lost|reset|refused)|unexpectedly terminated/i;

/** EC2's and STS's codes; EC2's comes for a wrong clock too, but then the bake's first call has failed, before Packer starts. */
const EXPIRED = /\b(RequestExpired|ExpiredToken|ExpiredTokenException)\b/;

/** Packer repeats the launch some times, fewer for a fleet (packer#9516, packer-plugin-amazon#639). */
const UNKNOWN_PROFILE = /Invalid IAM Instance Profile/;

/** Messages of Packer's communicator in 1.6.6; the first one also in newer versions (https://github.com/brikis98/devops-book/issues/8). */
const NOT_LOGGED_IN = /Timeout waiting for SSH|authentication error when trying to connect via SSH/;

/** The steps run as root, by `sudo -E` and without a terminal (packer#1804, #2420). */
const NOT_ROOT = /sudo: (sorry, |a (password|terminal) is required|command not found)/;

/** Together with what an update changes, if the log shows the cause. */
const CAUSES: readonly { readonly seen: (log: string) => boolean; readonly advice: string }[] = [
  {
    seen: (log) => FULL.test(log),
    advice:
      "A disk of the bake's instance is full: set a larger root volume in 'rootVolume.sizeGib', which the image then also has",
  },
  {
    seen: (log) => NOT_LOGGED_IN.test(log),
    advice:
      "Packer could not log in to the bake's instance: check that this machine can reach its subnet ('subnetId', 'associatePublicIpAddress', " +
      "'sshSourceCidrs' or 'sessionManager'), and that the image has the user 'sshUsername'; give an image that starts slowly more " +
      "'sshTimeoutMinutes'",
  },
  {
    seen: (log) => NOT_ROOT.test(log),
    advice:
      "The SSH user cannot become root: the base image needs sudo, without 'requiretty', and 'NOPASSWD: ALL' for this user ('sshUsername')",
  },
  {
    seen: (log) => EXPIRED.test(log),
    advice:
      "The AWS session ended during the bake: log in with one that lasts longer than the bake, then run the update again; what Packer could " +
      "not remove, 'chef-autoscaling sweep' does",
  },
  {
    seen: (log) => UNKNOWN_PROFILE.test(log),
    advice:
      "EC2 did not know the instance profile of the bake yet, as happens for some time after its creation: run the update again",
  },
  {
    seen: (log) => ON_SPOT.test(log) && NO_FLEET.test(log) && !UNKNOWN_PROFILE.test(log),
    advice:
      "AWS gave no spot capacity for this type: run the update again later, use another 'instanceType' or subnet, or leave out 'spot'",
  },
  {
    seen: (log) => ON_SPOT.test(log) && CUT_OFF.test(log),
    advice:
      "The connection broke, as happens when AWS reclaims spot capacity: run the update again, or leave out 'spot'",
  },
];

/** The lines of the failed provisioner: from its start to Packer's cleanup. */
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
    "To inspect the instance after such a failure, set BAKE_ON_ERROR=abort: Packer then leaves it running, " +
    "and 'chef-autoscaling sweep' removes it"
  );
}
