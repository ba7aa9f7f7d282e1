import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { places } from "./places";
import { answers, type Service, startReadyService } from "./process";

/** A Chef server (goiardi) that requires authentication. */
export interface ChefServer {
  readonly service: Service;
  readonly url: string;
  readonly port: number;
  /** Key files of mode 0600 in the run's folder. */
  readonly keyFiles: { readonly admin: string; readonly validator: string };
}

/** Starts goiardi on the loopback address. It generates its own admin and validator keys, which takes one to three seconds. */
export async function startGoiardi(runDir: string, port: number): Promise<ChefServer> {
  const folder = join(runDir, "goiardi");
  mkdirSync(folder, { mode: 0o700 });
  const url = `http://127.0.0.1:${port}`;
  const options = {
    name: "goiardi",
    command: join(places.tools, "usr", "bin", "goiardi"),
    args: goiardiArguments(folder, port),
    logFile: join(runDir, "logs", "goiardi.log"),
  };
  const service = await startReadyService(options, () => answers(`${url}/principals/admin`));
  const keyFiles = { admin: join(folder, "admin.pem"), validator: join(folder, "chef-validator.pem") };
  assertPrivateKey(keyFiles.admin);
  assertPrivateKey(keyFiles.validator);
  return { service, url, port, keyFiles };
}

function goiardiArguments(folder: string, port: number): string[] {
  const saved = ["-D", join(folder, "data.bin"), "-i", join(folder, "index.bin"), "-F", "5"];
  return ["-A", "-I", "127.0.0.1", "-H", "localhost", "-P", String(port), `--conf-root=${folder}`, "-V", ...saved];
}

function assertPrivateKey(file: string): void {
  if (!readFileSync(file, "utf8").includes("PRIVATE KEY")) {
    throw new Error(`goiardi wrote no private key to '${file}': see its log beside it`);
  }
}
