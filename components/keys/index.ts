export { describeKeyReference, type KeyReference, parseKeyReference } from "./key-reference";
export { type ResolveKeyOptions, resolveKey } from "./resolve";
