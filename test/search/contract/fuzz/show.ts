/** Formats values for a sequence's list of steps. */

/** On one line, with accounts by name. */
export const show = (value: unknown, name: (account: string) => string): string => {
  if (typeof value === "bigint") return `${value}`
  if (typeof value === "string")
    return /^0x[0-9a-f]{64}$/.test(value) ? bits(value) : value.length > 45 && value.startsWith("5") ? name(value) : JSON.stringify(value)
  if (typeof value !== "object" || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map((item) => show(item, name)).join(", ")}]`
  const { _tag, ...fields } = value as Readonly<Record<string, unknown>> // members are shown one by one
  const shown = Object.entries(fields).map(([field, inner]) => (field === "value" ? show(inner, name) : `${field} ${show(inner, name)}`))
  const inside = shown.length === 0 ? "" : `{${shown.join(", ")}}`
  return typeof _tag === "string" ? `${_tag}${inside}` : inside === "" ? "{}" : inside
}

/** A bitmap by its UIDs if they are few, else by its digits. */
const bits = (hex: string): string => {
  const bytes = Uint8Array.fromHex(hex.slice(2))
  const uids = Array.from({ length: 256 }, (_, uid) => uid).filter((uid) => (((bytes[uid >> 3] ?? 0) >> (uid & 7)) & 1) === 1)
  return uids.length <= 12 ? `uids(${uids.join(" ")})` : hex
}
