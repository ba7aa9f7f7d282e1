/**
 * pulumi-command stores what a command printed, and passes it to the next run in one variable of the environment, for which Linux allows
 * 131,072 bytes: after more, every later update fails with "argument list too long".
 *
 * @see https://github.com/pulumi/pulumi-command/issues/285
 */
const [MOST_BYTES, RESERVE] = [96 * 1024, 24 * 1024];
/** Kept for a failure, whose output is not stored. */
const MOST_HELD = 2000;

const NOTICE =
  "bake: this bake prints more than can be stored: from here on only its steps are shown, and the rest if it fails\n";

/** Prints whole lines up to a limit, then only the bake's own ones; `release` prints the last of those that were held back. */
export function boundedOutput(print: (text: string) => void) {
  let used = 0;
  let held: string[] | undefined;
  const fits = (line: string, most: number) => used + Buffer.byteLength(line) <= most;
  const show = (line: string) => {
    used += Buffer.byteLength(line);
    print(line);
  };
  const take = (line: string) => {
    if (held === undefined && fits(line, MOST_BYTES)) return show(line);
    if (held === undefined) show(NOTICE);
    held ??= [];
    if (line.startsWith("bake: ") && fits(line, MOST_BYTES + RESERVE)) return show(line);
    held.push(line);
    if (held.length > MOST_HELD) held.shift();
  };
  return {
    write: (text: string): void => text.split(/(?<=\n)/).forEach(take),
    /** After a failure. */
    release(): void {
      for (const line of held ?? []) print(line);
      held = [];
    },
  };
}
