/**
 * Saves this process's environment, and returns a function that restores it in place: if `process.env` were replaced by another
 * object, Node.js itself would still read the old one, so that for example `tmpdir()` would miss changes.
 */
export function keptEnvironment(): () => void {
  const kept = { ...process.env };
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
    Object.assign(process.env, kept);
  };
}

/** Runs an action with these environment variables set, and always restores the old ones. */
export async function withEnvironment<T>(values: Record<string, string>, action: () => Promise<T>): Promise<T> {
  const restore = keptEnvironment();
  Object.assign(process.env, values);
  try {
    return await action();
  } finally {
    restore();
  }
}
