/** What the README tells a newcomer to do, taken from its own code blocks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";

export interface Usage {
  /** Files that it shows, by the name that stands in their first line. */
  readonly files: Readonly<Record<string, string>>;
  /** Its commands, block by block as they stand there. */
  readonly commands: readonly string[];
}

/** The section "Usage" of README.md. Errors: a block that is neither commands nor a file with its name. */
export function readmeUsage(): Usage {
  const [, section = ""] = readFileSync(join(projectRoot, "README.md"), "utf8").split(/^## Usage$/m);
  const [usage = ""] = section.split(/^## /m);
  const blocks = [...usage.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
    language,
    text,
  }));
  const isCommands = ({ language }: { readonly language: string }) => language === "sh";
  return {
    commands: blocks.filter(isCommands).map(({ text }) => text),
    files: Object.fromEntries(blocks.filter((block) => !isCommands(block)).map(({ text }) => [nameOf(text), text])),
  };
}

function nameOf(text: string): string {
  const [, name] = /^(?:#|\/\/) (\S+)\n/.exec(text) ?? [];
  if (!name) throw new Error(`README.md shows a file without its name in the first line:\n${text}`);
  return name;
}
