/**
 * The stores that a validator needs to vote on outcomes. The daemon, the simulation and the tests open them here, so that a new one is named once.
 */
import type { Layer } from "effect"
import type { DataFileKey } from "./dataFolder.ts"
import * as Watches from "./Watches.ts"

export interface VoteStoresOptions {
  /** The path of a file, whose folder is created, or ":memory:". */
  readonly fileOf: (key: DataFileKey) => string
  /** Identifies the chain, as `chainFileName` does. */
  readonly chain: string
  /** Reads the files, and writes nothing. */
  readonly dryRun?: boolean
}

export const voteStores = ({ fileOf, chain, dryRun = false }: VoteStoresOptions) =>
  (dryRun ? Watches.layerDryRun : Watches.layer)({ file: fileOf("watches"), chain })

export type VoteStores = Layer.Layer.Success<ReturnType<typeof voteStores>>
