type Test = () => Promise<void>;

const waiting: { readonly title: string; readonly run: Test }[] = [];
const running = new Map<string, Promise<void>>();

/**
 * Runs tests that mostly wait, for time-outs and for messages to become visible again. The first suite's `before` starts the tests
 * of all loaded files; each suite then reports its own.
 */
export function concurrently(tests: Readonly<Record<string, Test>>): void {
  waiting.push(...Object.entries(tests).map(([title, run]) => ({ title, run })));
  before(() => {
    for (const { title, run } of waiting.splice(0)) {
      const test = run();
      test.catch(() => "told by the test itself");
      running.set(title, test);
    }
  });
  for (const title of Object.keys(tests)) {
    it(title, () => running.get(title));
  }
}
