import { HIDDEN_FIX } from "../dead-letters/receive";
import type { Terminal } from "../terminal/terminal";
import { age, counted, named } from "../terminal/text";
import type { QueueReport, Redriven } from "./redrive-queue";

type Outcome = Redriven["outcome"];

const WORDS: Readonly<Record<Outcome, { readonly mark: "ok" | "warning" | "failed"; readonly word: string }>> = {
  back: { mark: "ok", word: "back in the queue" },
  "would-go-back": { mark: "ok", word: "would be sent back" },
  stays: { mark: "warning", word: "kept in the dead-letter queue" },
  failed: { mark: "failed", word: "failed" },
};

/** One line for each result, however many messages it applies to. */
export function printQueue({ name, messages, hidden, stopped }: QueueReport, terminal: Terminal): void {
  terminal.title(
    `${name}: ${messages.length + hidden === 0 ? "no dead letters" : counted(messages.length + hidden, "dead letter")}`,
  );
  for (const alike of groupedAlike(messages)) {
    const [first] = alike;
    if (first === undefined) continue;
    const { mark, word } = WORDS[first.outcome];
    const old = age(Date.now() - Math.min(...alike.map(({ since }) => Date.parse(since))));
    const ids = alike.flatMap(({ instanceId }) => instanceId ?? []).sort();
    const whom = ids.length > 0 ? ` (${named(ids)})` : "";
    terminal.mark(
      mark,
      `  ${counted(alike.length, "message")}, up to ${old} old, ${word}: ${pattern(first)}${whom}`,
      4,
    );
    if (first.fix !== undefined) terminal.line(`    → ${first.fix}`, 6);
  }
  if (hidden > 0) {
    terminal.mark("warning", `  ${counted(hidden, "message")}, not checked: another reader has hidden them`, 4);
    terminal.line(`    → ${HIDDEN_FIX}`, 6);
  }
  if (stopped !== undefined)
    terminal.mark("failed", "  stopped: the Chef server or AWS does not respond; fix that and run this again", 4);
}

export function summary(reports: readonly QueueReport[]): string {
  const messages = reports.flatMap((report) => report.messages);
  const counts = (Object.keys(WORDS) as Outcome[]).map((outcome) => ({
    count: messages.filter((one) => one.outcome === outcome).length,
    word: WORDS[outcome].word,
  }));
  counts.push({ count: reports.reduce((sum, { hidden }) => sum + hidden, 0), word: "hidden by another reader" });
  const some = counts.filter(({ count }) => count > 0);
  return some.length === 0 ? "Nothing to send back." : some.map(({ count, word }) => `${count} ${word}`).join(", ");
}

/** Messages with the same cause differ by the instance. */
function pattern({ reason, instanceId }: Redriven): string {
  return instanceId ? reason.replaceAll(instanceId, "i-…") : reason;
}

function groupedAlike(messages: readonly Redriven[]): Redriven[][] {
  const groups = new Map<string, Redriven[]>();
  for (const message of messages) {
    const key = `${message.outcome} ${pattern(message)}`;
    groups.set(key, [...(groups.get(key) ?? []), message]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}
