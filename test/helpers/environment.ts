/**
 * Keeps this process's environment, and returns what puts it back. In place: where `process.env` is another object, Node.js
 * itself goes on reading the old one, so that `tmpdir()` for one hears no more of changes.
 */
export function keptEnvironment(): () => void {
  const kept = { ...process.env };
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
    Object.assign(process.env, kept);
  };
}

/** Runs an action with these environment variables set, and puts the old ones back whatever happens. */
export async function withEnvironment<T>(values: Record<string, string>, action: () => Promise<T>): Promise<T> {
  const restore = keptEnvironment();
  Object.assign(process.env, values);
  try {
    return await action();
  } finally {
    restore();
  }
}
