import { printableJson } from "../../chef/printable";
import type { Reaped } from "../decide/reap";

/** One line of the log. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type LogLevel = "info" | "warn" | "error";

/** Structured log: one JSON object a line, which is safe to show on a terminal. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** @param write writes a line, including its line break */
export function createLog(write: (line: string) => void = (line) => process.stdout.write(line)): Log {
  return (level, message, fields = {}) => {
    write(`${printableJson({ time: new Date().toISOString(), level, message, ...fields })}\n`);
  };
}

/** The fields of the log line of a message, and so of an instance. */
export function reapedFields(messageId: string, reaped: Reaped, milliseconds: number): LogFields {
  return {
    messageId,
    group: reaped.group,
    instanceId: reaped.instanceId,
    node: reaped.node,
    decision: reaped.outcome,
    cause: reaped.outcome === "dead-letter" ? reaped.cause : undefined,
    reason: reaped.reason,
    retryAfterSeconds: reaped.outcome === "retry" ? reaped.afterSeconds : undefined,
    milliseconds,
  };
}
