/** Compares plain values field by field. Pure. */
import { toHex } from "../domain/hex.ts"
import type { Difference } from "./results.ts"

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return "nothing"
  if (value instanceof Uint8Array) return toHex(value)
  return isRecord(value)
    ? JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner))
    : String(value)
}

/** All fields that differ, each by its path. */
export const differences = (what: string, claimed: unknown, found: unknown): ReadonlyArray<Difference> => {
  if (isRecord(claimed) && isRecord(found) && !(claimed instanceof Uint8Array) && Array.isArray(claimed) === Array.isArray(found)) {
    const keys = new Set([...Object.keys(claimed), ...Object.keys(found)])
    return [...keys].flatMap((key) =>
      differences(`${what}, ${Array.isArray(claimed) ? `no. ${Number(key) + 1}` : key}`, claimed[key], found[key])
    )
  }
  const [one, other] = [textOf(claimed), textOf(found)]
  return one === other ? [] : [{ what, claimed: one, found: other }]
}
