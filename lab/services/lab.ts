import { readFileSync } from "node:fs";
import { join } from "node:path";
import getPort from "get-port";
import { type ChefClient, createChefClient } from "../../chef";
import { type AwsClients, createAwsClients } from "./aws-clients";
import { type PreparedClients, prepareChef } from "./chef-preparation";
import { uploadCookbooks } from "./cookbooks";
import { type Emulator, type EmulatorOptions, startEmulator } from "./emulator";
import { labEnvironment } from "./environment";
import { type ChefServer, startGoiardi } from "./goiardi";
import { makeRunDir } from "./places";
import { type Service, type ServiceOptions, startService } from "./process";

/** The running servers of the lab. */
export interface Lab {
  /** Folder of this run: logs, state, images, instances. */
  readonly runDir: string;
  /** AWS endpoint, the value of AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly chefUrl: string;
  readonly sshPort: number;
  /** Validator and operator of the Chef server; their private keys are in files and in SSM. */
  readonly keys: PreparedClients;
  readonly aws: AwsClients;
  /** A client of the Chef server with the operator's key. */
  readonly chef: ChefClient;
  /** Environment variables for what runs against the lab: the stack, the worker, the aws CLI. */
  readonly environment: Record<string, string>;
  readonly services: readonly Service[];
  /** Starts another process with the lab's environment. Its log is in the run's folder, and it is stopped with the lab. */
  run(options: Omit<ServiceOptions, "logFile">): Service;
  /** Stops the servers and every sandbox. Later calls return the same promise. */
  stop(): Promise<void>;
}

/** What a caller may set; the lab chooses everything else. */
export interface LabOptions extends Pick<EmulatorOptions, "metricSeconds" | "tickSeconds" | "chefClient"> {
  /** @default a new folder under .lab/runs */
  readonly runDir?: string;
}

/** Starts the AWS emulator and the Chef server on free loopback ports and prepares the Chef clients. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const runDir = options.runDir ?? makeRunDir();
  const started: Service[] = [];
  try {
    const { chef, emulator } = await startServers(runDir, options, started);
    const aws = createAwsClients(emulator.endpoint);
    const keys = await prepareChef(chef, aws.ssm, runDir);
    await uploadCookbooks(chef);
    return labOf({ runDir, chef, emulator, aws, keys }, started);
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

async function startServers(runDir: string, options: LabOptions, started: Service[]) {
  const [chefPort, port, sshPort] = [await getPort(), await getPort(), await getPort()];
  const noted = async <T extends { service: Service }>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    started.push(server.service);
    return server;
  };
  const { metricSeconds, tickSeconds, chefClient } = options;
  const [chef, emulator] = await allOrFirstError([
    noted(startGoiardi(runDir, chefPort)),
    noted(startEmulator(runDir, { port, sshPort, forwards: [chefPort], metricSeconds, tickSeconds, chefClient })),
  ]);
  return { chef, emulator };
}

/** Waits for both even if one fails, so that whatever started is known and can be stopped. */
async function allOrFirstError<A, B>(promises: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled(promises);
  if (first.status === "rejected") {
    throw first.reason;
  }
  if (second.status === "rejected") {
    throw second.reason;
  }
  return [first.value, second.value];
}

interface Parts {
  readonly runDir: string;
  readonly chef: ChefServer;
  readonly emulator: Emulator;
  readonly aws: AwsClients;
  readonly keys: PreparedClients;
}

function labOf({ runDir, chef, emulator, aws, keys }: Parts, services: Service[]): Lab {
  const operatorKey = readFileSync(keys.operator.keyFile, "utf8");
  const environment = labEnvironment(emulator.endpoint, emulator.sshPort);
  const client = createChefClient({ serverUrl: chef.url, clientName: keys.operator.name, key: operatorKey });
  let stopping: Promise<void> | undefined;
  return {
    runDir,
    endpoint: emulator.endpoint,
    chefUrl: chef.url,
    sshPort: emulator.sshPort,
    keys,
    aws,
    chef: client,
    environment,
    services,
    run: (options) => {
      const logFile = join(runDir, "logs", `${options.name}.log`);
      const service = startService({ ...options, logFile, environment: { ...environment, ...options.environment } });
      services.push(service);
      return service;
    },
    stop: () => {
      client.close();
      stopping ??= stopAll(services);
      return stopping;
    },
  };
}

/** Stops the Chef server last, since the worker and the sandboxes may still be using it. */
async function stopAll(services: readonly Service[]): Promise<void> {
  const chefLast = [...services].sort((a, b) => Number(a.name === "goiardi") - Number(b.name === "goiardi"));
  for (const service of chefLast) {
    await service.stop();
  }
}
