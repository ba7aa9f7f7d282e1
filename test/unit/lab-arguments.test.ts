import assert from "node:assert/strict";
import { readArguments } from "../../lab/arguments";

describe("arguments of the lab", () => {
  it("plays to the end with the Lambda function when nothing is said", () => {
    assert.deepEqual(readArguments([]), {
      keep: false,
      report: undefined,
      help: false,
      engine: undefined,
      reaper: "lambda",
    });
  });

  it("takes every option", () => {
    const options = readArguments(["--keep", "--report", "run.html", "--engine", "in-process", "--reaper", "worker"]);
    assert.deepEqual(options, {
      keep: true,
      report: "run.html",
      help: false,
      engine: "in-process",
      reaper: "worker",
    });
  });

  it("names the option, what it got and what was expected", () => {
    assert.throws(() => readArguments(["--engine", "terraform"]), {
      message: "'--engine' is 'terraform', expected 'cli' or 'in-process'",
    });
  });
});
