import * as pulumi from "@pulumi/pulumi";

/** Answers by what gave them, an explicit provider or the run of the program with its default one, and by question. */
const answers = new WeakMap<object, Map<string, pulumi.Output<unknown>>>();

/**
 * Asks AWS once where many components of a program want to know the same: a hundred groups would ask hundreds of times.
 * What `parent` has for a provider gives the answer, and another provider is asked for itself.
 *
 * @param question tells it from every other question; the same one has the same answer throughout a run of the program
 */
export function cachedInvoke<Answer>(
  parent: pulumi.Resource,
  question: string,
  ask: () => pulumi.Output<Answer>,
): pulumi.Output<Answer> {
  // A process may run several programs one after another, as the Automation API does; each has a monitor of its own.
  const source = parent.getProvider("aws:index:Provider") ?? pulumi.runtime.getMonitor();
  if (source === undefined) return ask();
  const known = answers.get(source) ?? new Map<string, pulumi.Output<unknown>>();
  answers.set(source, known);
  const answer = known.get(question) ?? ask();
  known.set(question, answer);
  return answer as pulumi.Output<Answer>;
}
