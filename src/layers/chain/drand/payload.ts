/** Encodes the content of an encrypted commitment: a hotkey's weights in SCALE, as Subtensor's commit-reveal version 4 decodes them. */
import { encodeCompact } from "../../../domain/compact.ts"

export const COMMIT_REVEAL_VERSION = 4

/** The longest commitment that the chain accepts, in bytes: `MAX_CRV3_COMMIT_SIZE_BYTES` in Subtensor's pallets/subtensor. */
export const MAX_COMMITMENT = 5_000

export interface LockedWeights {
  /** The public key, 32 bytes. */
  readonly hotkey: Uint8Array
  readonly uids: ReadonlyArray<number>
  readonly values: ReadonlyArray<number>
  readonly versionKey: bigint
}

const u16s = (values: ReadonlyArray<number>): ReadonlyArray<number> => [
  ...encodeCompact(values.length),
  ...values.flatMap((value) => [value & 0xff, value >>> 8])
]

/** Throws a RangeError if the lists' lengths differ or a number does not fit its u16 or u64. */
export const payloadOf = ({ hotkey, uids, values, versionKey }: LockedWeights): Uint8Array => {
  if (uids.length !== values.length) throw new RangeError(`${uids.length} UIDs and ${values.length} weights`)
  const wrong = [...uids, ...values].find((value) => !Number.isInteger(value) || value < 0 || value > 0xffff)
  if (wrong !== undefined) throw new RangeError(`${wrong} is not a u16`)
  if (versionKey < 0n || versionKey >= 1n << 64n) throw new RangeError(`the version key ${versionKey} is not a u64`)
  const version = Array.from({ length: 8 }, (_, index) => Number((versionKey >> BigInt(8 * index)) & 0xffn))
  return Uint8Array.from([...encodeCompact(hotkey.length), ...hotkey, ...u16s(uids), ...u16s(values), ...version])
}
