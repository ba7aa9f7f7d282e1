import type { ChildProcess } from "node:child_process";

/** Makes the child end with this process: SIGTERM when this process exits before it. Returns the child. */
export function companion<Child extends ChildProcess>(child: Child): Child {
  const end = () => child.kill();
  process.once("exit", end);
  child.once("close", () => process.removeListener("exit", end));
  return child;
}
