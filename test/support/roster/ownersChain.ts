/** A chain on which only the subnet owner's commitments are, for tests of what validators make of them. */
import { Effect, Either, Layer } from "effect"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { withText } from "../../../src/domain/CommitmentSlot.ts"
import type { RosterCommitment } from "../../../src/domain/SignedRoster.ts"
import { Chain, ChainUnavailable } from "../../../src/layers/chain/Chain.ts"
import { Subnet } from "../../../src/layers/subnet/Subnet.ts"
import { genesisHash, silentChain } from "../github/silentChain.ts"

export const GENESIS = genesisHash
export const NETUID = 74
/** Epochs begin at blocks that are divisible by this. */
const TEMPO = 360

/** A slot in which the owner keeps something else too. */
const fieldsWith = (roster: RosterCommitment) => Either.getOrThrow(withText([{ _tag: "Raw", text: "hello" }], { _tag: "Roster", roster }))

export class OwnersChain {
  /** What the owner committed to, and in which block, by rising block. */
  readonly commitments: Array<{ readonly block: number; readonly roster: RosterCommitment }> = []
  /** The state of earlier blocks is pruned. */
  oldest = 0
  constructor(readonly owner: AccountAddress) {}

  commit(block: number, version: number, sha256: string): void {
    this.commitments.push({ block, roster: { version, sha256 } })
  }

  readonly layer: Layer.Layer<Chain | Subnet> = Layer.mergeAll(
    Layer.sync(Chain, () =>
      silentChain({
        hashOf: (block) => Effect.succeed(`0x${block}`),
        readAt: (operation, hash, read) => {
          if (Number(hash.slice(2)) < this.oldest)
            return new ChainUnavailable({ endpoint: "test", operation, reason: "4003: Client error: State already discarded" })
          const api = { query: { subtensorModule: { subnetOwnerHotkey: async () => ({ toJSON: () => this.owner }) } } }
          // The only query that is asked of it.
          return Effect.promise(() => read(api as never, api as never))
        }
      })
    ),
    Layer.mock(Subnet, {
      netuid: NETUID,
      commitments: (at) => {
        const last = this.commitments.findLast(({ block }) => block <= at.number)
        return Effect.succeed(last === undefined ? [] : [{ account: this.owner, block: last.block, fields: fieldsWith(last.roster) }])
      },
      epochAt: ({ number }) => Effect.succeed({ index: Math.floor(number / TEMPO), firstBlock: number - (number % TEMPO) }),
      weightRules: () =>
        Effect.succeed({
          tempo: TEMPO,
          rateLimit: 100,
          versionKey: 0n,
          commitReveal: false,
          mechanisms: 1,
          minimumWeights: 1,
          maximumShare: 65_535
        })
    })
  )
}

/** The epoch of a block. */
export const epochOf = (block: number) => ({
  firstBlock: block - (block % TEMPO),
  tempo: TEMPO,
  head: { number: block, hash: `0x${block}` }
})
