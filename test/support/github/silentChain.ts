/** A chain for rules that should query little: every query without an answer from the test fails. */
import { Effect, Stream } from "effect"
import { Hash32 } from "../../../src/domain/Account.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"

/** Dies, naming the unexpected query. */
export const never = (what: string) => Effect.dieMessage(`nobody should ask for ${what}`)

export const genesisHash = Hash32.make(`0x${"ab".repeat(32)}`)

/** A chain with only the given answers. */
export const silentChain = (answers: Partial<Chain["Type"]> = {}): Chain["Type"] =>
  Chain.of({
    endpoint: "test",
    endpointInUse: Effect.succeed("test"),
    genesisHash,
    isDevelopment: true,
    finalisedHead: never("the head"),
    finalisedHeads: Stream.empty,
    hashOf: () => never("a hash"),
    hashesOf: () => never("hashes"),
    claimedHashes: () => never("hashes"),
    timeAt: () => never("a time"),
    read: never,
    readAt: never,
    request: never,
    storageAt: () => never("storage"),
    anywhere: (work) => work,
    submit: ({ label }) => never(label),
    feeOf: ({ label }) => never(label),
    feesPaid: Effect.succeed(0n),
    requestCount: Effect.succeed(0),
    ...answers
  })
