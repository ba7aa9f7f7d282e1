import { Pack, type Report } from "./pack";
import { resourcesOf, type Stack } from "./stack";

/** Starts a pack with the rules' own levels for a suite, and stops it afterwards. */
export function packForSuite(environment: NodeJS.ProcessEnv = {}): () => Pack {
  let pack: Pack;
  before(async function () {
    this.timeout(240_000);
    pack = await Pack.start(undefined, environment);
    await pack.configure({});
  });
  after(() => pack?.stop());
  return () => pack;
}

/** Findings of one rule in a stack. */
export async function foundBy(pack: Pack, rule: string, stack: Stack): Promise<Report[]> {
  return (await pack.judge(resourcesOf(stack))).filter((report) => report.rule === rule);
}

/** The highest level at which a rule finds something in a stack. */
export async function verdict(pack: Pack, rule: string, stack: Stack): Promise<"stops" | "advises" | "passes"> {
  const levels = (await foundBy(pack, rule, stack)).map(({ level }) => level);
  return levels.includes("mandatory") ? "stops" : levels.length > 0 ? "advises" : "passes";
}
