/** Tests that mostly wait, for time-outs and for messages to come back: all are started first, then each is looked at. */
export function concurrently(tests: Readonly<Record<string, () => Promise<void>>>): void {
  const running = new Map<string, Promise<void>>();
  before(() => {
    for (const [title, run] of Object.entries(tests)) {
      const test = run();
      test.catch(() => "told by the test below");
      running.set(title, test);
    }
  });
  for (const title of Object.keys(tests)) {
    it(title, () => running.get(title));
  }
}
