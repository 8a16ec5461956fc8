/**
 * Finds other hotkeys that named a competitor's GitHub account, from the chain alone. The result decides nothing. The chain keeps only each hotkey's
 * newest commitment, so a hotkey that has committed to something else since is not found; an index has every link.
 */
import { Effect, Option } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { linkOf } from "../../domain/CommitmentSlot.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, isPruned } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { GitHubAccounts } from "../../layers/github/accounts/GitHubAccounts.ts"

/** Another hotkey whose commitment names the same account. Only a claim: anybody can commit to any account. */
export interface OtherClaim {
  readonly hotkey: AccountAddress
  /** Its UID at the head; null if it has left the subnet. */
  readonly uid: number | null
  /** The block in which its commitment was last written. */
  readonly committedAt: number
  /** Its competitions, in order. */
  readonly competitions: ReadonlyArray<number>
}

/** A competitor's GitHub account, and the other hotkeys that named it by the round's first block. */
export interface AccountClaims {
  readonly hotkey: AccountAddress
  /** The account that its commitment named at the round's first block; null if it named none. */
  readonly githubId: number | null
  /** The oldest commitment first. */
  readonly others: ReadonlyArray<OtherClaim>
}

/** The competitions of every hotkey that ever competed. */
const competitionsByHotkey = Effect.fn("competitionsByHotkey")(function* (head: BlockReference) {
  const played = new Map<AccountAddress, Array<number>>()
  for (const { id, a, b } of yield* (yield* Contract).competitions(head))
    for (const { hotkey } of [a, b]) played.set(hotkey, [...(played.get(hotkey) ?? []), id])
  return played
})

/**
 * For each of these hotkeys, the account that it named at a round's first block, and the other hotkeys that named this account by then. Searches the
 * hotkeys that are registered at the head and those that ever competed. If the node has pruned the round's first block, it reads the head's
 * commitments that are as old as that block.
 */
export const accountClaims = Effect.fn("accountClaims")(function* (
  hotkeys: ReadonlyArray<AccountAddress>,
  start: BlockReference,
  head: BlockReference
) {
  const [subnet, accounts] = yield* Effect.all([Subnet, GitHubAccounts])
  const [own, { neurons }, played] = yield* Effect.all(
    [accounts.claimedAt(start, hotkeys, head), subnet.metagraph(head), competitionsByHotkey(head)],
    { concurrency: 3 }
  )
  const uids = new Map(neurons.map(({ hotkey, uid }) => [hotkey, uid]))
  const known = [...new Set([...uids.keys(), ...played.keys()])]
  const commitments = yield* subnet.commitments(start, known).pipe(Effect.catchIf(isPruned, () => subnet.commitments(head, known)))
  const claims = commitments.flatMap(({ account, block, fields }) =>
    block > start.number ? [] : Option.toArray(Option.map(linkOf(fields), (link) => ({ hotkey: account, block, named: link.account })))
  )
  return hotkeys.map((hotkey): AccountClaims => {
    const githubId = own.get(hotkey) ?? null
    return {
      hotkey,
      githubId,
      others: claims
        .filter((claim) => claim.named === githubId && claim.hotkey !== hotkey)
        .toSorted((one, other) => one.block - other.block || (one.hotkey < other.hotkey ? -1 : 1))
        .map((claim) => ({
          hotkey: claim.hotkey,
          uid: uids.get(claim.hotkey) ?? null,
          committedAt: claim.block,
          competitions: played.get(claim.hotkey) ?? []
        }))
    }
  })
})
