import { type Hex, toHex } from "../../../../src/domain/hex.ts"
import { ScaleReader } from "../codec/scale.ts"

/** A runtime's version in JSON-RPC's form. */
export interface RuntimeVersion {
  readonly specName: string
  readonly implName: string
  readonly authoringVersion: number
  readonly specVersion: number
  readonly implVersion: number
  readonly apis: ReadonlyArray<readonly [Hex, number]>
  readonly transactionVersion: number
  readonly stateVersion: number
}

/** Decodes the answer of `Core_version`. */
export const decodeRuntimeVersion = (bytes: Uint8Array): RuntimeVersion => {
  const reader = new ScaleReader(bytes)
  return {
    specName: reader.text(),
    implName: reader.text(),
    authoringVersion: reader.u32(),
    specVersion: reader.u32(),
    implVersion: reader.u32(),
    apis: reader.list((api) => [toHex(api.take(8)), api.u32()] as const),
    transactionVersion: reader.u32(),
    stateVersion: reader.u8()
  }
}
