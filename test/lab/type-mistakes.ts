/** Prints the compiler's errors in a folder's program and in our package's declarations, one per line: type-mistakes.ts FOLDER */
import { dirname, join } from "node:path";
import ts from "typescript";

const [folder = ""] = process.argv.slice(2);

const host = {
  ...ts.sys,
  getCurrentDirectory: () => folder,
  onUnRecoverableConfigFileDiagnostic: (diagnostic: ts.Diagnostic) => {
    throw new Error(lineOf(diagnostic));
  },
};
const project = ts.getParsedCommandLineOfConfigFile(join(folder, "tsconfig.json"), {}, host);
if (project === undefined) throw new Error(`'${folder}' has no tsconfig.json`);
const program = ts.createProgram(project.fileNames, project.options);

// Errors in other packages' declarations are not ours, and checking them would double the time.
const own = program
  .getSourceFiles()
  .filter(({ fileName }) => dirname(fileName) === folder || fileName.includes("/pulumi-chef-autoscaling/dist/"));
const found = own.flatMap((file) => [
  ...program.getSyntacticDiagnostics(file),
  ...program.getSemanticDiagnostics(file),
]);
for (const diagnostic of [...project.errors, ...program.getOptionsDiagnostics(), ...found]) {
  console.log(lineOf(diagnostic));
}
console.log(`${own.filter(({ isDeclarationFile }) => isDeclarationFile).length} declarations read`);

function lineOf({ file, start, messageText }: ts.Diagnostic): string {
  const line = file && start !== undefined ? `${file.getLineAndCharacterOfPosition(start).line + 1}: ` : "";
  return `${file?.fileName ?? ""} ${line}${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}
