import { generateKeyPairSync } from "node:crypto";
import { RSA_KEY, WRITTEN_KEYS } from "./key-forms";

/** A key as a cookbook, a program or a person may leave it in an image: how, and the content of the file. */
type Left = Readonly<Record<string, string | Buffer>>;

const PEM = RSA_KEY.pkcs1;
const bare = PEM.split("\n").slice(1, -2);
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
const ed = generateKeyPairSync("ed25519");
const withPassphrase = { cipher: "aes-256-cbc", passphrase: "secret" };
const base64 = (content: string | Buffer) => Buffer.from(content).toString("base64");
const lines = (text: string, end = "\n") => text.replace(/.{76}/g, `$&${end}`);
const wide = (text: string) => Buffer.from(text, "utf16le");
const joined = (by: string) => PEM.trimEnd().split("\n").join(by);

/** The RSA key's numbers in DER, as PKCS #1, PKCS #8 and SEC 1 have them. */
const DER = {
  "PKCS #1": rsa.privateKey.export({ type: "pkcs1", format: "der" }),
  "PKCS #8": rsa.privateKey.export({ type: "pkcs8", format: "der" }),
  "SEC 1": ec.export({ type: "sec1", format: "der" }),
  Ed25519: ed.privateKey.export({ type: "pkcs8", format: "der" }),
};
const locked = rsa.privateKey.export({ type: "pkcs8", format: "der", ...withPassphrase });
const jwk = rsa.privateKey.export({ format: "jwk" });

/** Texts: every way of joining lines and of escaping characters that the gate's authors know to be common. */
const TEXTS: Left = {
  "JSON in JSON": JSON.stringify(JSON.stringify({ key: PEM })),
  "JSON as .NET writes it": JSON.stringify({ key: PEM }).replaceAll("+", "\\u002B"),
  "JSON as PHP writes it": JSON.stringify({ key: PEM }).replaceAll("/", "\\/"),
  "JSON without hyphens": JSON.stringify({ key: PEM }).replaceAll("-", "\\u002d"),
  "quoted YAML over several lines": `key: "${joined("\\n\\\n  ")}"`,
  "Ruby strings side by side": `KEY = "${joined('\\n" \\\n  "')}"`,
  "PHP strings": `$key = "${joined('\\n" .\n  "')}";`,
  "a shell's printf": `printf '${joined("\\012")}' >key.pem`,
  XML: `<key>${joined("&#10;")}</key>`,
  "XML with CRLF": `<key>${joined("&#13;\n")}</key>`,
  HTML: joined("<br/>"),
  "a form": new URLSearchParams({ key: PEM }).toString(),
  "quoted printable": PEM.replaceAll("=", "=3D").replaceAll("\n", "=0A"),
  "a comment": `# ${joined("\n# ")}`,
  "a quoted mail": `> ${joined("\n> ")}`,
  "an old version in a patch": `-${joined("\n-")}`,
  "an INI file": `key = ${joined("\\\n")}`,
  "UTF-16 with a byte order mark": Buffer.concat([Buffer.from([0xff, 0xfe]), wide(PEM)]),
  "UTF-16 of CRLF": wide(joined("\r\n")),
  "big-endian UTF-16": wide(PEM).swap16(),
  "PuTTY in UTF-16": wide(WRITTEN_KEYS.putty ?? ""),
  "a swap file of vim": Buffer.from(`b0VIM 9.0${"\0".repeat(4000)}${PEM.split("\n").reverse().join("\0")}`),
};

const ENCODED: Left = {
  "base64 of JSON, its header over two lines": lines(base64(JSON.stringify({ name: "x".repeat(20), key: PEM }))),
  "base64 of JSON with CRLF": lines(base64(JSON.stringify({ name: "x".repeat(70), key: PEM })), "\r\n"),
  "base64 in a string with \\n": JSON.stringify(lines(base64(`${"x".repeat(30)}${PEM}`))),
  "base64 twice": base64(base64(PEM)),
  "base64 of PGP": base64(`-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ${"A".repeat(60)}`),
  "no header": bare.join("\n"),
  "no header, OpenSSH": (WRITTEN_KEYS.openssh ?? "").split("\n").slice(1, -2).join("\n"),
  "base64 for URLs": DER["PKCS #8"].toString("base64url"),
  "base64 with a passphrase": base64(locked),
  ...Object.fromEntries(Object.entries(DER).map(([kind, bytes]) => [`base64 of ${kind}`, base64(bytes)])),
  hexadecimal: Buffer.from(PEM).toString("hex"),
  "a dump of PostgreSQL": `INSERT INTO keys VALUES ('\\x${Buffer.from(PEM).toString("hex").toUpperCase()}');`,
  "hexadecimal DER": DER["PKCS #8"].toString("hex"),
};

const BINARY: Left = {
  ...DER,
  ...Object.fromEntries(
    Object.entries(DER).map(([kind, bytes]) => [
      `${kind} in a database`,
      Buffer.concat([Buffer.from("SQLite\0\n"), bytes]),
    ]),
  ),
  "PKCS #8 with a passphrase": locked,
  "a keystore of Java": Buffer.concat([
    Buffer.from("feedfeed0000000200000001000000010001780000018b0000000000000500", "hex"),
    Buffer.from("308204fc300e060a2b060104012a0211010105000482", "hex"),
    Buffer.alloc(1256, 7),
  ]),
  "a keystore of PKCS #12": Buffer.concat([
    Buffer.from("30820a3702010330820a", "hex"),
    Buffer.from("3082052c060b2a864886f70d010c0a0102a082", "hex"),
    Buffer.alloc(1300, 7),
  ]),
};

const OTHER_KEYS: Left = {
  "a web key": JSON.stringify({ keys: [{ use: "sig", ...jwk }] }, null, 1),
  "a web key in JSON": JSON.stringify(JSON.stringify(ed.privateKey.export({ format: "jwk" }))),
  "a symmetric web key": JSON.stringify({ kty: "oct", k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ" }),
  "a key of .NET": `<RSAKeyValue><Modulus>x</Modulus><D>${base64(String(jwk.d))}</D></RSAKeyValue>`,
  "GnuPG 2.0": "(21:protected-private-key(3:rsa(1:n257:",
  "GnuPG 2.3": "Created: 20260101T000000\nKey: (private-key (rsa (n #00A0#)(d #00#)))\n",
  WireGuard: `[Interface]\nPrivateKey = ${base64(Buffer.alloc(32, 9))}\n`,
  age: `AGE-SECRET-KEY-1${"QPZRY9X8GF2TVDW0".repeat(4)}\n`,
  OpenVPN: "-----BEGIN OpenVPN Static key V1-----\n6acef03f62675b4b1bbd03e53b187727\n",
  BIND: "Private-key-format: v1.3\nAlgorithm: 8 (RSASHA256)\n",
};

export const LEFT_KEYS: Left = { ...TEXTS, ...ENCODED, ...BINARY, ...OTHER_KEYS };

const SECRET = `wJa1rXUtnFEMI/K7MDENG/bPxRfiCY9x${"MpLaK3Yq"}`;

/** An AWS secret key as programs and their files name it. */
export const LEFT_AWS_KEYS: Left = {
  STS: JSON.stringify({ Credentials: { AccessKeyId: "ASIAY34FZKBOKMUTVV7A", SecretAccessKey: SECRET } }),
  "STS in JSON": JSON.stringify(JSON.stringify({ SecretAccessKey: SECRET })),
  s3cmd: `access_key = AKIAY34FZKBOKMUTVV7A\nsecret_key = ${SECRET}\n`,
  Ruby: `Aws.config.update(secret_access_key: '${SECRET}')`,
  "older Ruby": `{ :secret_access_key => "${SECRET}" }`,
  JavaScript: `{ secretAccessKey: "${SECRET}" }`,
  Java: `aws.secretKey=${SECRET}`,
  YAML: `aws_secret_key: ${SECRET}`,
  "the AWS CLI": `aws configure set aws_secret_access_key ${SECRET}`,
  csh: `setenv AWS_SECRET_ACCESS_KEY ${SECRET}`,
  XML: `<aws_secret_access_key>${SECRET}</aws_secret_access_key>`,
};

/** What has words or forms of keys, and is none. */
export const NO_KEYS: Left = {
  "a public key": rsa.publicKey.export({ type: "spki", format: "pem" }),
  "a public key, PKCS #1": rsa.publicKey.export({ type: "pkcs1", format: "pem" }),
  "a public key in DER": rsa.publicKey.export({ type: "spki", format: "der" }),
  "a public key in base64": base64(rsa.publicKey.export({ type: "spki", format: "der" })),
  "an Ed25519 public key": ed.publicKey.export({ type: "spki", format: "der" }),
  "a public web key": JSON.stringify({ keys: [rsa.publicKey.export({ format: "jwk" })] }),
  "a keystore of certificates": Buffer.from("3082037702010330820370a08206092a864886f70d010706a0820100", "hex"),
  "a Java keystore of certificates": Buffer.from("feedfeed00000002000000010000000200017800", "hex"),
  "a manual": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA...\n-----END RSA PRIVATE KEY-----\n",
  "another manual": "Put it between -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY----- as text.\n",
  code: "const before = '-----BEGIN PRIVATE KEY-----\\n', after = '\\n-----END PRIVATE KEY-----';\n",
  "a manual of AWS": '{"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}\n',
  "a script": 'AWS_SECRET_ACCESS_KEY="$(aws ssm get-parameter --name /secret --query Parameter.Value)"\n',
  "a client": "secretAccessKey: credentialsOfTheEnvironmentOrTheInstance()\n",
  "a checksum": `secret_key ${"0123456789abcdef0123456789abcdef01234567"}\n`,
  "a template in a program": Buffer.concat([Buffer.from("\x7fELF\x02"), DER.Ed25519.subarray(0, 16), Buffer.alloc(32)]),
  // https://github.com/golang/go/blob/master/src/net/http/internal/testcert/testcert.go is in every program with httptest
  "a program in Go": Buffer.from(`\x7fELF\x02${PEM.replaceAll("PRIVATE", "TESTING")}`, "latin1"),
  SAML: "<ds:RSAKeyValue><ds:Modulus>x</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue>\n",
  "a peer of WireGuard": `[Peer]\nPublicKey = ${base64(Buffer.alloc(32, 9))}\n`,
};
