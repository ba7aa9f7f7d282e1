/** The instructions of the README for a new user, from its own code blocks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";

export interface Usage {
  /** Its files, by the name in their first line. */
  readonly files: Readonly<Record<string, string>>;
  /** Its commands, one entry for each block. */
  readonly commands: readonly string[];
}

/** Reads the section "Usage" of README.md. @throws if a block is neither commands nor a file with its name */
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
