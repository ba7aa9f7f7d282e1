/** A setting of converge.sh as user data exports it: the value in single quotes, its own quotes written as '\''. */
const EXPORT = /^export ([A-Z_a-z]+)='((?:[^']|'\\'')*)'$/gm;
const ENCODED = /^Content-Transfer-Encoding: base64\r?\n(?:[^\r\n]+\r?\n)*\r?\n([A-Za-z0-9+/=\s]+)$/gim;

/** The settings in an instance's user data; empty if it is not from this package. */
export function bootSettings(userData: string): Readonly<Record<string, string>> {
  const encoded = [...userData.matchAll(ENCODED)].map(([, body = ""]) => Buffer.from(body, "base64").toString());
  const found = [userData, ...encoded].flatMap((text) => [...text.matchAll(EXPORT)]);
  return Object.fromEntries(found.map(([, name = "", value = ""]) => [name, value.replaceAll("'\\''", "'")]));
}
