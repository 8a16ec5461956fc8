import { type Hex, toHex } from "../../../../src/domain/hex.ts"
import { blake2b256 } from "./hash.ts"
import { type BareHex, toBareHex } from "./hex.ts"
import { compact, concat, ScaleReader } from "./scale.ts"

/** A block's header. `digest` holds the SCALE bytes of each log. */
export interface Header {
  readonly parentHash: Uint8Array
  readonly number: number
  readonly stateRoot: Uint8Array
  readonly extrinsicsRoot: Uint8Array
  readonly digest: ReadonlyArray<Uint8Array>
}

/** Digest items that begin with an engine's four-letter id: consensus, seal, pre-runtime. */
const withEngine = new Set([4, 5, 6])
const runtimeEnvironmentUpdated = 8

const decodeLog = (bytes: Uint8Array, reader: ScaleReader): Uint8Array => {
  const start = reader.position
  const kind = reader.u8()
  if (withEngine.has(kind)) reader.take(4)
  if (kind !== runtimeEnvironmentUpdated) reader.lengthPrefixed()
  return bytes.slice(start, reader.position)
}

/** Decodes the answer of `BlockBuilder_finalize_block`. Throws a RangeError if the bytes end early. */
export const decodeHeader = (bytes: Uint8Array): Header => {
  const reader = new ScaleReader(bytes)
  return {
    parentHash: reader.take(32).slice(),
    number: Number(reader.compact()),
    stateRoot: reader.take(32).slice(),
    extrinsicsRoot: reader.take(32).slice(),
    digest: reader.list((logs) => decodeLog(bytes, logs))
  }
}

export const encodeHeader = (header: Header): Uint8Array =>
  concat([
    header.parentHash,
    compact(header.number),
    header.stateRoot,
    header.extrinsicsRoot,
    compact(header.digest.length),
    ...header.digest
  ])

/** The block's hash, without 0x. */
export const headerHash = (header: Header): BareHex => toBareHex(blake2b256(encodeHeader(header)))

/** The header in JSON-RPC's form. */
export interface HeaderJson {
  readonly parentHash: Hex
  readonly number: Hex
  readonly stateRoot: Hex
  readonly extrinsicsRoot: Hex
  readonly digest: { readonly logs: ReadonlyArray<Hex> }
}

export const headerToJson = (header: Header): HeaderJson => ({
  parentHash: toHex(header.parentHash),
  number: `0x${header.number.toString(16)}`,
  stateRoot: toHex(header.stateRoot),
  extrinsicsRoot: toHex(header.extrinsicsRoot),
  digest: { logs: header.digest.map(toHex) }
})
