import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { certificateProblem, certificatesIn } from "../../chef/certificates";
import { RSA_KEY } from "../helpers/key-forms";

const certificate = (name: string) => readFileSync(join(__dirname, `../fixtures/certificates/${name}.pem`), "utf8");
const one = certificate("small");

describe("the certificates to trust", () => {
  it("may be several, with text between them", () => {
    assert.equal(certificateProblem(one), undefined);
    const bundle = `subject=CN one\n${one}\nsubject=CN two\n${certificate("large-1")}`;
    assert.equal(certificateProblem(bundle), undefined);
    assert.equal(certificatesIn(bundle).length, 2);
  });

  const wrong: [string, string, RegExp][] = [
    ["nothing", "", /no certificate/],
    ["a path", "/etc/ssl/ca.pem", /no certificate/],
    ["a private key among them", one + RSA_KEY.pkcs1, /it contains 'BEGIN RSA PRIVATE KEY'/],
    ["a certificate cut short", `${one}${certificate("other").slice(0, 300)}`, /has no END line/],
    ["lines that are no certificate", one.replace(/MII[\s\S]{30}/, "MII"), /certificate 1 of 1 cannot be read/],
    ["a damaged second one", one + one.replace(/MII[\s\S]{30}/, "MII"), /certificate 2 of 2 cannot be read/],
    ["line ends as \\n", one.replace(/\n/g, "\\n"), /cannot be read|no certificate/],
  ];
  for (const [title, text, expected] of wrong) {
    it(`are not ${title}`, () => assert.match(certificateProblem(text) ?? "accepted", expected));
  }
});
