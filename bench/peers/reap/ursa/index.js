const { constants, privateEncrypt } = require("node:crypto");

/** The only function of the native module `ursa` that chef-api 0.6.0 calls, implemented with Node's own crypto. */
exports.coercePrivateKey = (pem) => ({
  privateEncrypt: (text, inputEncoding, outputEncoding) =>
    privateEncrypt({ key: pem, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text, inputEncoding)).toString(
      outputEncoding,
    ),
});
