/**
 * The canonical form of a JSON document (RFC 8785): no whitespace, keys sorted by UTF-16 code units, numbers and strings as ECMAScript writes them.
 * Equal documents have equal bytes, so they can be hashed and signed.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"

/** Omits keys whose value is undefined, as JSON.stringify does. A value that JSON cannot hold is a defect of the caller. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  if (typeof value === "object" && value !== null) {
    let text = ""
    // Without a comparison, texts are sorted by their UTF-16 code units.
    for (const key of Object.keys(value).sort()) {
      const inner: unknown = Reflect.get(value, key)
      if (inner !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(inner)}`
    }
    return `{${text}}`
  }
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return JSON.stringify(value)
  throw new TypeError(`JSON cannot hold ${String(value)}`)
}

/** The SHA-256 of a document's canonical form, as 64 lower-case hexadecimal digits. */
export const canonicalHash = (document: unknown): string => bytesToHex(sha256(new TextEncoder().encode(canonicalJson(document))))
