# Signs requests with Chef's own implementation, Debian's ruby-mixlib-authentication. Standard input: {"key": PEM, "requests": [...]};
# standard output: a JSON list with the headers of each request.
require "json"
require "openssl"
require "mixlib/authentication/signedheaderauth"

input = JSON.parse($stdin.read)
key = OpenSSL::PKey::RSA.new(input["key"])
signed = input["requests"].map do |request|
  Mixlib::Authentication::SignedHeaderAuth.signing_object(
    http_method: request["method"].downcase.to_sym,
    path: request["path"],
    body: request["body"],
    timestamp: request["timestamp"],
    user_id: request["userId"],
    proto_version: request["version"],
    headers: { "X-OPS-SERVER-API-VERSION" => request["serverApiVersion"] }
  ).sign(key)
end
puts JSON.generate(signed)
