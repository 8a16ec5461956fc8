/** What is locked: a hotkey's weights in SCALE, as Subtensor's commit-reveal version 4 reads them. */

/** The version of commitments that these are. */
export const COMMIT_REVEAL_VERSION = 4

/** The longest commitment that the chain takes, in bytes. */
export const MAX_COMMITMENT = 5_000

export interface LockedWeights {
  /** The public key, 32 bytes. */
  readonly hotkey: Uint8Array
  readonly uids: ReadonlyArray<number>
  readonly values: ReadonlyArray<number>
  readonly versionKey: bigint
}

/** SCALE's compact form of a length below 2^30. */
const compact = (length: number): ReadonlyArray<number> => {
  if (length < 1 << 6) return [length << 2]
  const [low, mode] = length < 1 << 14 ? [(length << 2) | 1, 2] : [(length << 2) | 2, 4]
  return Array.from({ length: mode }, (_, index) => (low >>> (8 * index)) & 0xff)
}

const u16s = (values: ReadonlyArray<number>): ReadonlyArray<number> => [
  ...compact(values.length),
  ...values.flatMap((value) => [value & 0xff, value >>> 8])
]

/** Lists of different lengths and numbers that are no u16 or u64 are defects of the caller. */
export const payloadOf = ({ hotkey, uids, values, versionKey }: LockedWeights): Uint8Array => {
  if (uids.length !== values.length) throw new RangeError(`${uids.length} UIDs and ${values.length} weights`)
  const wrong = [...uids, ...values].find((value) => !Number.isInteger(value) || value < 0 || value > 0xffff)
  if (wrong !== undefined) throw new RangeError(`${wrong} is no u16`)
  if (versionKey < 0n || versionKey >= 1n << 64n) throw new RangeError(`the version key ${versionKey} is no u64`)
  const version = Array.from({ length: 8 }, (_, index) => Number((versionKey >> BigInt(8 * index)) & 0xffn))
  return Uint8Array.from([...compact(hotkey.length), ...hotkey, ...u16s(uids), ...u16s(values), ...version])
}
