export { holdsKey, NOT_SHOWN, shownText, shownValue, withoutKeys } from "../key-material";
export { describeKeyReference, type KeyReference, parseKeyReference } from "./key-reference";
export { type KeyText, readKeyText } from "./key-text";
export { type ResolveKeyOptions, resolveKey } from "./resolve";
