import * as pulumi from "@pulumi/pulumi";

/** Cached answers by their source (an explicit provider, or the run of the program with its default provider) and by question. */
const answers = new WeakMap<object, Map<string, pulumi.Output<unknown>>>();

/**
 * Asks AWS once if many components of a program need the same answer: otherwise a hundred groups would send hundreds of requests. The
 * provider of `parent` gives the answer; each provider is asked separately.
 *
 * @param question identifies the question; its answer does not change during a run of the program
 */
export function cachedInvoke<Answer>(
  parent: pulumi.Resource,
  question: string,
  ask: () => pulumi.Output<Answer>,
): pulumi.Output<Answer> {
  // A process may run several programs one after another, as with the Automation API; each has its
  // own monitor.
  const source = parent.getProvider("aws:index:Provider") ?? pulumi.runtime.getMonitor();
  if (source === undefined) return ask();
  const known = answers.get(source) ?? new Map<string, pulumi.Output<unknown>>();
  answers.set(source, known);
  const answer = known.get(question) ?? ask();
  known.set(question, answer);
  return answer as pulumi.Output<Answer>;
}
