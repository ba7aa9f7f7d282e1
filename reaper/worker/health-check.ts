/**
 * The worker's health check as a program, since its image has neither a shell nor curl: exits with 0 if `/healthz` succeeds, otherwise with
 * 1.
 */

const TIMEOUT_MS = 4000;
const EVERY_ADDRESS = ["0.0.0.0", "::"];

async function main(): Promise<number> {
  const { REAPER_PORT: port = "8080", REAPER_BIND_ADDRESS: bound = "127.0.0.1" } = process.env;
  const address = EVERY_ADDRESS.includes(bound) ? "127.0.0.1" : bound;
  const host = address.includes(":") ? `[${address}]` : address;
  try {
    const answer = await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    console.log(await answer.text());
    return answer.ok ? 0 : 1;
  } catch (error) {
    console.log(
      `no response from ${host}, port ${port}: ${error instanceof Error ? (error.cause ?? error.message) : error}`,
    );
    return 1;
  }
}

void main().then((code) => process.exit(code));
