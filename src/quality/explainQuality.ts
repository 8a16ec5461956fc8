/**
 * Asks the whitelisted validators for their findings about a competition's pull requests and for their judges' answers. For display only: the answers are
 * unproven.
 */
import { Clock, Effect, Either } from "effect"
import { type AccountAddress, Hash32 } from "../domain/Account.ts"
import { IssueId } from "../domain/Enrolment.ts"
import { checkedQuality, type ShownRecord } from "../domain/quality/QualityDocument.ts"
import type { ShownDuel } from "../domain/quality/ShownDuel.ts"
import { PeerQuality } from "../layers/chain/axon/PeerQuality.ts"
import { Contract } from "../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../layers/chain/node/Chain.ts"
import { Subnet } from "../layers/chain/subnet/Subnet.ts"
import { contained } from "../layers/machine/effects/contained.ts"

/** Validators asked concurrently. One that stalls takes three seconds. */
const CONCURRENCY = 16

export interface QualityWord {
  readonly validator: AccountAddress
  /** Records of the two competitors' heads. */
  readonly records: ReadonlyArray<ShownRecord>
  /** The validator's duels of these two competitors, newest first. */
  readonly duels: ReadonlyArray<ShownDuel>
  /** Why there are no records; null: there are some. */
  readonly silent: string | null
  /** Base URL of the validator's supporting files, `http://address:port`; null: it has no axon. */
  readonly axon: string | null
}

interface Competitor {
  readonly hotkey: AccountAddress
}

/** Answers by hotkey, for each validator on the whitelist at a block. */
export const explainQuality = Effect.fn("explainQuality")(function* (
  { issue, a, b }: { readonly issue: number; readonly a: Competitor; readonly b: Competitor },
  head: BlockReference
) {
  const [chain, contract, subnet, peers] = yield* Effect.all([Chain, Contract, Subnet, PeerQuality])
  const [{ validators }, { neurons }] = yield* Effect.all([contract.read("validators", {}, head), subnet.metagraph(head)], {
    concurrency: 2
  })
  const axons = new Map(neurons.map(({ hotkey, axon }) => [hotkey, axon]))
  const competitors: ReadonlySet<string> = new Set([a.hotkey, b.hotkey])
  const genesis = Hash32.make(chain.genesisHash)
  const now = yield* Clock.currentTimeMillis

  const ask = Effect.fn("askForQuality")(
    function* (validator: AccountAddress) {
      const axon = axons.get(validator) ?? null
      const address = axon === null ? null : `http://${axon.ip.includes(":") ? `[${axon.ip}]` : axon.ip}:${axon.port}`
      const silent = (why: string): QualityWord => ({ validator, records: [], duels: [], silent: why, axon: address })
      if (axon === null) return silent("it has no axon")
      const text = yield* Effect.either(peers.document({ ...axon, hotkey: validator }, issue))
      if (Either.isLeft(text)) return silent(text.left.reason === "refused" ? "it says nothing" : `its axon is ${text.left.reason}`)
      const subject = { genesis, netuid: subnet.netuid, contract: contract.address, issue: IssueId.make(issue), validator }
      const document = checkedQuality(text.right, subject, now)
      if (Either.isLeft(document)) return silent(`its axon's answer is not used: ${document.left}`)
      const records = document.right.records.filter(({ head }) => competitors.has(head.hotkey))
      if (records.length === 0) return silent("it says nothing of these two")
      const duels = (document.right.duels ?? []).filter((duel) => duel.a.hotkey === a.hotkey && duel.b.hotkey === b.hotkey)
      return { validator, records, duels, silent: null, axon: address }
    },
    (asking, validator) =>
      contained("peer", validator, asking, (silent) =>
        Effect.succeed<QualityWord>({ validator, records: [], duels: [], silent, axon: null })
      )
  )
  const hotkeys = validators.map(({ hotkey }) => hotkey).toSorted((one, other) => (one < other ? -1 : 1))
  return yield* Effect.forEach(hotkeys, ask, { concurrency: CONCURRENCY })
})
