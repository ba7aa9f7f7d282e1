import assert from "node:assert/strict";
import { readArguments } from "../../lab/arguments";

describe("arguments of the lab", () => {
  it("run to the end with the Lambda function by default", () => {
    assert.deepEqual(readArguments([]), {
      keep: false,
      report: undefined,
      help: false,
      engine: undefined,
      reaper: "lambda",
    });
  });

  it("accept every option", () => {
    const options = readArguments(["--keep", "--report", "run.html", "--engine", "in-process", "--reaper", "worker"]);
    assert.deepEqual(options, {
      keep: true,
      report: "run.html",
      help: false,
      engine: "in-process",
      reaper: "worker",
    });
  });

  it("are refused with the option, its value and what was expected", () => {
    assert.throws(() => readArguments(["--engine", "terraform"]), {
      message: "'--engine' is 'terraform', expected 'cli' or 'in-process'",
    });
  });
});
