/** A chain with only the commitments of roster signers, for tests of how validators read them. */
import { Effect, Either, Layer } from "effect"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { withText } from "../../../src/domain/CommitmentSlot.ts"
import type { RosterCommitment } from "../../../src/domain/SignedRoster.ts"
import { Chain, ChainUnavailable } from "../../../src/layers/chain/node/Chain.ts"
import { RosterSigner } from "../../../src/layers/chain/roster/RosterSigner.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { genesisHash, silentChain } from "../github/silentChain.ts"

export const GENESIS = genesisHash
export const NETUID = 74
/** Epochs begin at blocks that are divisible by this. */
const TEMPO = 360

/** Two blocks a minute, from midnight on. */
const timeOf = (block: number): number => Date.parse("2026-07-20T00:00Z") + block * 30_000

/** A slot in which the signer stores another field too. */
const fieldsWith = (roster: RosterCommitment) => Either.getOrThrow(withText([{ _tag: "Raw", text: "hello" }], { _tag: "Roster", roster }))

export class SignersChain {
  /** Each signer's commitments and their blocks, ascending by block. */
  readonly commitments: Array<{ readonly block: number; readonly signer: AccountAddress; readonly roster: RosterCommitment }> = []
  /** The signer from each block on, ascending by block. */
  readonly signers: Array<{ readonly since: number; readonly hotkey: AccountAddress }> = []
  /** The oldest block whose state is not pruned. */
  oldest = 0
  constructor(first: AccountAddress) {
    this.signers.push({ since: 1, hotkey: first })
  }

  /** A commitment of the signer of that block. */
  commit(block: number, version: number, sha256: string, signer = this.signerAt(block).hotkey): void {
    this.commitments.push({ block, signer, roster: { version, sha256 } })
  }

  private signerAt(block: number) {
    const found = this.signers.findLast(({ since }) => since <= block) ?? this.signers[0]
    if (found === undefined) throw new Error("nobody signs")
    return found
  }

  readonly layer: Layer.Layer<Chain | RosterSigner | Subnet> = Layer.mergeAll(
    Layer.sync(Chain, () =>
      silentChain({
        hashOf: (block) => Effect.succeed(`0x${block}`),
        timeAt: (hash) => Effect.succeed(timeOf(Number(hash.slice(2))))
      })
    ),
    Layer.succeed(RosterSigner, {
      at: ({ number }) =>
        number < this.oldest
          ? new ChainUnavailable({ endpoint: "test", operation: "config", reason: "4003: Client error: State already discarded" })
          : Effect.succeed(this.signerAt(number))
    }),
    Layer.mock(Subnet, {
      netuid: NETUID,
      commitments: (at, accounts) => {
        const last = this.commitments.findLast(({ block, signer }) => block <= at.number && accounts?.[0] === signer)
        return Effect.succeed(last === undefined ? [] : [{ account: last.signer, block: last.block, fields: fieldsWith(last.roster) }])
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
