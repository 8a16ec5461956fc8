/** The miners of an epoch: the hotkeys that were registered at its first block, and the GitHub accounts that they had linked by then. */
import { Effect } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Metagraph } from "../../../domain/Metagraph.ts"
import { type BlockReference, type ChainUnavailable, isPruned } from "../../../layers/chain/node/Chain.ts"
import { Subnet, type UnknownSubnet } from "../../../layers/chain/subnet/Subnet.ts"
import { GitHubAccounts, type LinkedAccounts } from "../../../layers/github/accounts/GitHubAccounts.ts"

type Reasons = ReadonlyMap<AccountAddress, string>

export interface EpochMinersAt {
  /** The hotkey of each UID. */
  readonly hotkeys: ReadonlyMap<number, AccountAddress>
  readonly accounts: LinkedAccounts["accounts"]
  /** Hotkeys whose account is unknown because GitHub did not answer: a retry may help. */
  readonly unanswered: Reasons
  /** Hotkeys whose gist GitHub has never shown. Anybody can name such a gist, so the epoch does not wait for it; only earlier scores are kept. */
  readonly unseen: Reasons
  /** Hotkeys whose account at that block is unknown because the node has pruned its state. */
  readonly pruned: Reasons
}

const unlinkedIn = ({ unknown, unseen }: LinkedAccounts) => {
  const reasons = (hotkeys: ReadonlyArray<AccountAddress>) =>
    new Map(hotkeys.map((hotkey) => [hotkey, "its GitHub account could not be checked"] as const))
  return { unanswered: reasons([...unknown].filter((hotkey) => !unseen.has(hotkey))), unseen: reasons([...unseen]) }
}

const minersOf = (metagraph: Metagraph, linked: LinkedAccounts, pruned: Reasons): EpochMinersAt => ({
  hotkeys: new Map(metagraph.neurons.map(({ uid, hotkey }) => [uid, hotkey])),
  accounts: linked.accounts,
  ...unlinkedIn(linked),
  pruned
})

/**
 * The miners of an earlier block, as far as the head's state tells. Registrations and commitments carry their block: older ones were there already.
 * What a hotkey had before a later registration or commitment is unknown.
 */
const minersByHead = Effect.fn("minersByHead")(function* (block: number, head: BlockReference, metagraph: Metagraph) {
  const [subnet, accounts] = yield* Effect.all([Subnet, GitHubAccounts])
  const commitments = yield* subnet.commitments(
    head,
    metagraph.neurons.map(({ hotkey }) => hotkey)
  )
  const committed = new Set(commitments.flatMap((one) => (one.block > block ? [one.account] : [])))
  const pruned = new Map(
    metagraph.neurons.flatMap(({ hotkey, registeredAt }): ReadonlyArray<readonly [AccountAddress, string]> => {
      if (registeredAt > block) return [[hotkey, `it registered after block ${block}, whose state the node has pruned`]]
      return committed.has(hotkey) ? [[hotkey, `its commitment is newer than block ${block}, whose state the node has pruned`]] : []
    })
  )
  const known = metagraph.neurons.filter(({ hotkey }) => !pruned.has(hotkey))
  const linked = yield* accounts.linkedAt(head, { ...metagraph, neurons: known })
  yield* Effect.logWarning(
    "the node has pruned the state of the epoch's first block, so miners that registered or committed something since then are not measured in this epoch"
  ).pipe(Effect.annotateLogs({ block, hotkeys: pruned.size }))
  return minersOf(metagraph, linked, pruned)
})

/** The miners at a block. `metagraph`: at the head, used if the node has pruned the block's state. */
export const minersAt = (
  block: BlockReference,
  head: BlockReference,
  metagraph: Metagraph
): Effect.Effect<EpochMinersAt, ChainUnavailable | UnknownSubnet, Subnet | GitHubAccounts> =>
  Effect.gen(function* () {
    const [subnet, accounts] = yield* Effect.all([Subnet, GitHubAccounts])
    const then = yield* subnet.metagraph(block)
    return minersOf(then, yield* accounts.linkedAt(block, then), new Map())
  }).pipe(Effect.catchIf(isPruned, () => minersByHead(block.number, head, metagraph)))
