const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

/** mocha's own `spec` output, and a file with the counts for test/run.ts. CommonJS, because mocha itself loads reporters. */
module.exports = class TallyReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const { file } = options.reporterOptions;
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};
