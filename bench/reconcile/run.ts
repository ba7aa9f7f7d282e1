import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { projectRoot } from "../../lab/services/places";

/** Resources that a program used. */
export interface Spent {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Peak memory (resident set size). */
  readonly megabytes: number;
}

/** The program itself reports this at its end, on a separate file descriptor. */
const REPORT = `
  const spend = (began) => {
    const { user, system } = process.cpuUsage();
    const cpuSeconds = (user + system) / 1e6;
    const spent = { seconds: (performance.now() - began) / 1000, cpuSeconds, megabytes: process.resourceUsage().maxRSS / 1024 };
    require("node:fs").writeSync(3, JSON.stringify(spent));
    process.exit(0);
  };
  const fail = (error) => { console.error(error); process.exit(1); };
`;

/** Runs JavaScript in a Node.js process of its own, with the heap limit that Lambda sets. @param body a call of an async function */
export async function spentBy(
  body: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  memoryMib: number,
): Promise<Spent> {
  const program = `${REPORT} const began = performance.now(); (async () => { ${body} })().then(() => spend(began), fail);`;
  // Lambda reserves a tenth of a function's memory for what is outside Node's heap
  const node = [`--max-old-space-size=${Math.floor(memoryMib * 0.9)}`, "-e", program, ...args];
  const stdio = ["ignore", "ignore", "inherit", "pipe"] as const;
  const child = spawn(process.execPath, node, { cwd: projectRoot, env: environment, stdio: [...stdio] });
  const [printed, [code, signal]] = await Promise.all([
    text(child.stdio[3] as NodeJS.ReadableStream),
    once(child, "close"),
  ]);
  if (code !== 0) throw new Error(`the program ended with ${signal ?? code}; what it said stands above`);
  return JSON.parse(printed) as Spent;
}
