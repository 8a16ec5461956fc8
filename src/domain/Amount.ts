/** Amounts of alpha or TAO in rao (10⁻⁹ of a unit). Always bigint; formatted and parsed only at the edge. */
import { Either } from "effect"
import { InvalidInput } from "./failures.ts"

export const RAO_PER_ALPHA = 1_000_000_000n

const invalidAmount = (input: string) =>
  new InvalidInput({
    message: `"${input}" is not an amount: write alpha as a decimal number with at most 9 digits after the point, for example 100 or 12.5`
  })

const LARGEST_AMOUNT = 2n ** 64n - 1n
const written = /^(\d{1,11})(?:\.(\d{1,9}))?$/

/** `"12.5"` → 12_500_000_000n rao. */
export const parseAlpha = (input: string): Either.Either<bigint, InvalidInput> => {
  const match = written.exec(input.trim())
  if (match === null) return Either.left(invalidAmount(input))
  const rao = BigInt(match[1] ?? "0") * RAO_PER_ALPHA + BigInt((match[2] ?? "").padEnd(9, "0"))
  return rao <= LARGEST_AMOUNT ? Either.right(rao) : Either.left(invalidAmount(input))
}

/** 12_500_000_000n → `"12.5"`, exact. */
export const formatAlpha = (rao: bigint): string => {
  const whole = rao / RAO_PER_ALPHA
  const fraction = (rao % RAO_PER_ALPHA).toString().padStart(9, "0").replace(/0+$/, "")
  return fraction === "" ? whole.toString() : `${whole}.${fraction}`
}

/** The smaller of two amounts. */
export const least = (left: bigint, right: bigint): bigint => (left <= right ? left : right)

/** The larger of two amounts. */
export const most = (left: bigint, right: bigint): bigint => (left >= right ? left : right)
