import { join } from "node:path";
import { places, projectRoot } from "./places";
import { answers, type Service, startReadyService } from "./process";

/** The AWS emulator: moto with the lab's extension. Its instances are sandboxes on this machine. */
export interface Emulator {
  readonly service: Service;
  readonly endpoint: string;
  readonly sshPort: number;
}

/** Ports and intervals of the emulator. */
export interface EmulatorOptions {
  readonly port: number;
  /** Port of each instance's sshd, on the instance's own loopback address. */
  readonly sshPort: number;
  /** Ports of this machine that instances may reach, in addition to the emulator's. */
  readonly forwards: readonly number[];
  /** Chef client of the instances, as in `main.py --help`. @default "cinc", the stand-in with Cinc's layout */
  readonly chefClient?: string;
  /** Seconds between two CPU metrics of an instance. @default 1 */
  readonly metricSeconds?: number;
  /** Seconds between two evaluations of alarms, groups and queues. @default 0.5 */
  readonly tickSeconds?: number;
}

/** Starts the emulator and waits until it responds. SIGTERM stops it and every sandbox. */
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
