import type { ChildProcess } from "node:child_process";

/** Sends the child SIGTERM when this process exits before it. @returns the child */
export function companion<Child extends ChildProcess>(child: Child): Child {
  const end = () => child.kill();
  process.once("exit", end);
  child.once("close", () => process.removeListener("exit", end));
  return child;
}
