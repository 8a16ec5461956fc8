/** The facts of the dev chain's runtime. */
import { Effect } from "effect"
import { ScaleReader, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import { devChain } from "../devnet/support.ts"
import { type ChainEpochStates, factsOf } from "./facts.ts"

/** The newest form of metadata, the only one with runtime APIs and values of all extensions. */
const metadataVersion = 16

/** Facts from the committed runtime's metadata. */
export const devFacts: Effect.Effect<ChainEpochStates> = Effect.gen(function* () {
  const { chain } = yield* devChain({ blockTime: "manual" })
  const { result } = yield* chain.call(
    yield* Effect.fromNullable(chain.stateOf(chain.head())),
    "Metadata_metadata_at_version",
    unsigned(metadataVersion, 4)
  )
  const reader = new ScaleReader(result)
  if (reader.u8() !== 1) return yield* Effect.dieMessage(`the runtime has no metadata of version ${metadataVersion}`)
  return factsOf(reader.lengthPrefixed())
}).pipe(Effect.scoped, Effect.orDie)
