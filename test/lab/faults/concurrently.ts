type Test = () => Promise<void>;

const waiting: { readonly title: string; readonly run: Test }[] = [];
const running = new Map<string, Promise<void>>();

/**
 * Tests that mostly wait, for time-outs and for messages to come back. All of them, of all the files that are loaded, are started
 * when the first suite of them begins; each suite then looks at its own.
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
