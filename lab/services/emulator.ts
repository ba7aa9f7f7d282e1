import { join } from "node:path";
import { places, projectRoot } from "./places";
import { answers, type Service, startReadyService } from "./process";

/** The AWS emulator (moto with the lab's extension), whose instances are sandboxes on this machine. */
export interface Emulator {
  readonly service: Service;
  readonly endpoint: string;
  readonly sshPort: number;
}

/** Ports and periods of the emulator. */
export interface EmulatorOptions {
  readonly port: number;
  /** Where each instance's sshd is reached, on the instance's own loopback address. */
  readonly sshPort: number;
  /** Ports of this machine that instances may reach besides the emulator's own. */
  readonly forwards: readonly number[];
  /** The client of the instances, as `main.py --help` has it. @default "cinc", the stand-in in Cinc's layout */
  readonly chefClient?: string;
  /** Seconds between two CPU figures of an instance. @default 1 */
  readonly metricSeconds?: number;
  /** Seconds between two looks at alarms, groups and queues. @default 0.5 */
  readonly tickSeconds?: number;
}

/** Starts the emulator and waits until it answers. SIGTERM ends it and every sandbox. */
export async function startEmulator(runDir: string, options: EmulatorOptions): Promise<Emulator> {
  const endpoint = `http://127.0.0.1:${options.port}`;
  const settings = {
    name: "emulator",
    command: places.python,
    args: [places.emulator, ...emulatorArguments(runDir, options)],
    logFile: join(runDir, "logs", "emulator.log"),
    workingDirectory: projectRoot,
  };
  const service = await startReadyService(settings, () => answers(`${endpoint}/moto-api/data.json`));
  return { service, endpoint, sshPort: options.sshPort };
}

function emulatorArguments(runDir: string, options: EmulatorOptions): string[] {
  const { port, sshPort, forwards, metricSeconds = 1, tickSeconds = 0.5, chefClient = "cinc" } = options;
  const folders = ["--run-dir", runDir, "--tools", places.tools, "--chef-client", chefClient];
  const ports = ["--port", `${port}`, "--ssh-port", `${sshPort}`, ...forwards.flatMap((to) => ["--forward", `${to}`])];
  return [...ports, ...folders, "--metric-seconds", `${metricSeconds}`, "--tick", `${tickSeconds}`];
}
