/** Converts the fields of a commitment's slot from polkadot.js's form, and back. */
import type { SlotField, SlotFields } from "../../../domain/CommitmentSlot.ts"
import { toHex } from "../../../domain/hex.ts"

/** The most bytes of a Raw field: `Data::Raw` of Subtensor's pallets/commitments. */
const MAX_RAW = 128

// A byte order mark is part of the text.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** The text of hexadecimal bytes; undefined if they are not UTF-8. */
const utf8Text = (value: unknown): string | undefined => {
  if (typeof value !== "string" || !/^0x(?:[0-9a-f]{2})*$/.test(value)) return undefined
  try {
    return utf8.decode(Uint8Array.fromHex(value.slice(2)))
  } catch {
    return undefined
  }
}

const fieldOf = (field: unknown): SlotField => {
  const [[kind, value] = ["unknown", field]] = typeof field === "object" && field !== null ? Object.entries(field) : []
  const tag = /^raw\d+$/i.test(kind) ? "Raw" : /^bigRaw$/i.test(kind) ? "BigRaw" : undefined
  const text = tag === undefined ? undefined : utf8Text(value)
  return tag === undefined || text === undefined ? { _tag: "Opaque", kind, value } : { _tag: tag, text }
}

/** The fields of a commitment as polkadot.js prints them, each an object with the name of its kind. */
export const slotFieldsOf = (fields: ReadonlyArray<unknown>): SlotFields => fields.map(fieldOf)

/** The fields as polkadot.js takes them. */
export const chainFieldsOf = (fields: SlotFields): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  fields.map((field) => {
    if (field._tag === "Opaque") return { [field.kind]: field.value }
    const bytes = Buffer.from(field.text, "utf8")
    const kind = field._tag === "Raw" && bytes.length <= MAX_RAW ? `Raw${bytes.length}` : "BigRaw"
    return { [kind]: toHex(bytes) }
  })
