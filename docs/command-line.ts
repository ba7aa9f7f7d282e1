import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command, Option } from "commander";
import { createProgram } from "../cli/program";

const FILE = join(__dirname, "cli.md");
const MARKER = "<!-- Everything below is generated from the program by `npm run docs`. -->\n";

/** docs/cli.md: the hand-written part before the marker, then every command, generated from the program. */
export function commandLineDocument(written: string): string {
  const [byHand = ""] = written.split(MARKER);
  return byHand + MARKER + createProgram().commands.map(section).join("");
}

function section(command: Command): string {
  const options = command.options.map(optionRow).join("\n");
  return `
### ${command.name()}

\`chef-autoscaling ${command.name()} ${command.usage()}\`

${command.description()}

| option | environment | default | meaning |
| --- | --- | --- | --- |
${options}

${exitCodes(command)}
`;
}

function optionRow({ flags, envVar, defaultValue, description }: Option): string {
  const cells = [flags, envVar, defaultValue].map((cell) => (cell === undefined ? "" : `\`${cell}\``));
  return `| ${cells.join(" | ")} | ${description} |`;
}

/** The end of the help, as a table. */
function exitCodes(command: Command): string {
  let help = "";
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  const lines = (help.split("Exit codes:\n")[1] ?? "").trimEnd().split("\n");
  const rows = lines.map((line) => line.trim().split(/\s{2,}/)).map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return ["| exit code | meaning |", "| --- | --- |", ...rows].join("\n");
}

if (require.main === module) writeFileSync(FILE, commandLineDocument(readFileSync(FILE, "utf8")));
