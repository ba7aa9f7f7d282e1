export { holdsKey, NOT_SHOWN, shownText, shownValue, withoutKeys } from "../key-material";
export { describeKeyReference, type KeyReference, parseKeyReference } from "./key-reference";
export { readKeyText } from "./key-text";
export { resolveKey } from "./resolve";
