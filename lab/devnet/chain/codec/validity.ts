import { type BareHex, toBareHex } from "./hex.ts"
import { ScaleReader } from "./scale.ts"

/** Why the runtime refuses a transaction. `text` is Substrate's own wording. */
export interface InvalidTransaction {
  readonly kind: "invalid" | "unknown"
  readonly name: string
  readonly text: string
}

/** A transaction that the runtime accepts once everything in `requires` is provided. Tags are digits without 0x. */
export interface ValidTransaction {
  readonly priority: bigint
  readonly requires: ReadonlyArray<BareHex>
  readonly provides: ReadonlyArray<BareHex>
  /** How many blocks the transaction stays valid. */
  readonly longevity: bigint
}

/** sp_runtime's InvalidTransaction variants in order, with the texts of its `Into<&str>`. */
const invalid: ReadonlyArray<readonly [string, string]> = [
  ["Call", "Transaction call is not expected"],
  ["Payment", "Inability to pay some fees (e.g. account balance too low)"],
  ["Future", "Transaction will be valid in the future"],
  ["Stale", "Transaction is outdated"],
  ["BadProof", "Transaction has a bad signature"],
  ["AncientBirthBlock", "Transaction has an ancient birth block"],
  ["ExhaustsResources", "Transaction would exhaust the block limits"],
  ["Custom", "InvalidTransaction custom error"],
  ["BadMandatory", "A call was labelled as mandatory, but resulted in an Error."],
  ["MandatoryValidation", "Transaction dispatch is mandatory; transactions must not be validated."],
  ["BadSigner", "Invalid signing address"],
  ["IndeterminateImplicit", "The implicit data was unable to be calculated"],
  ["UnknownOrigin", "The transaction extension did not authorize any origin"]
]

/** sp_runtime's UnknownTransaction variants in order. */
const unknown: ReadonlyArray<readonly [string, string]> = [
  ["CannotLookup", "Could not lookup information required to validate the transaction"],
  ["NoUnsignedValidator", "Could not find an unsigned validator for the unsigned transaction"],
  ["Custom", "UnknownTransaction custom error"]
]

const readError = (reader: ScaleReader): InvalidTransaction => {
  const kind = reader.u8() === 0 ? "invalid" : "unknown"
  const [name, text] = (kind === "invalid" ? invalid : unknown)[reader.u8()] ?? ["Other", "Transaction is not valid"]
  return { kind, name, text: name === "Custom" ? `Custom error: ${reader.u8()}` : text }
}

/** Decodes a TransactionValidity: the answer of `TaggedTransactionQueue_validate_transaction`. */
export const decodeValidity = (bytes: Uint8Array): ValidTransaction | InvalidTransaction => {
  const reader = new ScaleReader(bytes)
  if (reader.u8() !== 0) return readError(reader)
  const tags = () => reader.list((tag) => toBareHex(tag.lengthPrefixed()))
  return { priority: reader.unsigned(8), requires: tags(), provides: tags(), longevity: reader.unsigned(8) }
}

/** Decodes an ApplyExtrinsicResult: undefined if the extrinsic is part of the block, even if its call failed. */
export const decodeRefusal = (bytes: Uint8Array): InvalidTransaction | undefined => {
  const reader = new ScaleReader(bytes)
  return reader.u8() === 0 ? undefined : readError(reader)
}
