export { holdsKey, NOT_SHOWN, shownText, shownValue, withoutKeys } from "../key-material";
export { describeKeyReference, type KeyReference, parseKeyReference, storedInAws } from "./key-reference";
export { readKeyText } from "./key-text";
export { resolveKey } from "./resolve";
