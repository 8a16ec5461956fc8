/** The chores that anyone may do: settling, paying, expiring and harvesting. Validators take turns to make sure that they are done. */
import { Effect } from "effect"
import type { ContractConfig, Electorate, Treasury } from "../../contract-client/generated.ts"
import type { CastVote } from "../../contract-client/readings.ts"
import { expiresFrom, standingOf, waitOf, weighedBy } from "../../contract-client/standing.ts"
import { type AccountAddress, hashBytes } from "../../domain/Account.ts"
import { DUST } from "../../domain/Collateral.ts"
import { placeOf } from "../../domain/Round.ts"
import { Contract, type ContractState } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { turnFrom, turnOrder } from "../../rules/pairs/turns.ts"

/** A chore, and the block since which it is due. */
export type Chore =
  | { readonly _tag: "Harvest"; readonly due: number }
  | { readonly _tag: "Expire"; readonly competition: number; readonly due: number }
  | { readonly _tag: "Payout"; readonly issue: number; readonly due: number }
  | { readonly _tag: "Settle"; readonly issue: number; readonly due: number }
  | { readonly _tag: "NoteWeights"; readonly due: number }
  | { readonly _tag: "RenewAttestations"; readonly due: number }

/** Tells the contract that its subnet has ended; `due`: the block where that was seen. */
export type LastChore = { readonly _tag: "WindUp"; readonly due: number }

/** The call of the contract that does a chore. */
export const callOf = (chore: Chore | LastChore) => {
  switch (chore._tag) {
    case "Harvest":
      return { name: "harvest", args: {} } as const
    case "Expire":
      return { name: "expire", args: { competition: chore.competition } } as const
    case "Payout":
      return { name: "payout", args: { issue: chore.issue } } as const
    case "Settle":
      return { name: "settle", args: { issue: chore.issue } } as const
    case "NoteWeights":
      return { name: "noteWeights", args: {} } as const
    case "RenewAttestations":
      return { name: "renewAttestations", args: {} } as const
    case "WindUp":
      return { name: "windUp", args: {} } as const
  }
}

/** How many blocks each validator waits for the one before it. */
const TURN_BLOCKS = 4

/** Outcome votes at a block, by issue, and the electorate that weighs them. */
export interface Ballots {
  readonly votes: ReadonlyMap<number, ReadonlyArray<CastVote>>
  readonly electorate: Electorate
}

const NO_ELECTORATE: Electorate = { validators: [], total: 0n, turnedAt: 0 }

type Live = Pick<ContractState, "competitions" | "liveIssues"> & {
  readonly config: Pick<ContractConfig, "challengePeriod" | "day" | "ownerDelay" | "quorumBps" | "recycleAfter">
}

const competitionOf = ({ competitions }: Live, { competition }: Live["liveIssues"][number]) =>
  competition === null ? undefined : competitions.get(competition)

/** The chores on issues that are due in the next block, the earliest that can include a transaction. */
export const choresIn = (state: Live, { electorate, votes }: Ballots, block: number): ReadonlyArray<Chore> =>
  state.liveIssues.flatMap((issue): ReadonlyArray<Chore> => {
    const { id, status } = issue
    const competition = competitionOf(state, issue)
    if (status._tag === "Solved")
      return competition?.status._tag === "Won" ? [{ _tag: "Payout", issue: id, due: competition.status.at }] : []
    const { from, state: standing } = standingOf(weighedBy(electorate, votes.get(id) ?? []), {
      block: block + 1,
      wait: waitOf(competition, state.config),
      totalWeight: electorate.total,
      quorumBps: state.config.quorumBps
    })
    // The day's turn can turn votes that were old enough before into a quorum.
    if (standing === "settleable") return [{ _tag: "Settle", issue: id, due: Math.max(from ?? 0, electorate.turnedAt) }]
    if (competition === undefined) return []
    const due = expiresFrom(competition, waitOf(competition, state.config))
    return due > block + 1 ? [] : [{ _tag: "Expire", competition: competition.id, due }]
  })

/** Reads the ballots on these issues. The electorate is read only if some votes are old enough. */
const ballotsOn = Effect.fn("ballotsOn")(function* (state: Live, issues: Live["liveIssues"], head: BlockReference) {
  const contract = yield* Contract
  if (issues.length === 0) return { votes: new Map(), electorate: NO_ELECTORATE } satisfies Ballots
  const votes = yield* contract.outcomeVotes(
    issues.map(({ id }) => id),
    head
  )
  const someCount = issues.some((issue) =>
    (votes.get(issue.id) ?? []).some(({ since }) => since + waitOf(competitionOf(state, issue), state.config) <= head.number + 1)
  )
  return { votes, electorate: someCount ? yield* contract.read("validators", {}, head) : NO_ELECTORATE } satisfies Ballots
})

/** Whether a harvest in the next block fetches, funds or recycles something. Dust waits until more comes. */
export const isWorthHarvesting = (
  { config, liveIssues }: Live,
  { aged, agedAt, fresh, pendingAvailable }: Pick<Treasury, "aged" | "agedAt" | "fresh" | "pendingAvailable">,
  block: number
): boolean => {
  if (pendingAvailable > DUST) return true
  // While the contract is being set up it neither funds nor recycles.
  if (config.ownerDelay === 0 || fresh + aged <= DUST) return false
  return liveIssues.some(({ status }) => status._tag === "Funding") || block + 1 - agedAt >= config.recycleAfter
}

/** Whether it is this validator's turn at a chore that is always due. Turns are spread over the round. */
const isTurn = (roundHash: string, validators: ReadonlyArray<AccountAddress>, hotkey: AccountAddress, blocks: number): boolean => {
  const order = turnOrder(hashBytes(roundHash), validators)
  return order[Math.floor(blocks / TURN_BLOCKS) % order.length] === hotkey
}

const hotkeysOf = ({ validators }: ContractState): ReadonlyArray<AccountAddress> => validators.map(({ hotkey }) => hotkey)

/** Whether it is this validator's turn, at a finalised head, at the chores that are always due. */
export const isTurnAt = Effect.fn("isTurnAt")(function* (hotkey: AccountAddress, head: BlockReference) {
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  const state = yield* contract.stateAt(head)
  const { start } = placeOf(head.number, state.config)
  const [hash = ""] = yield* chain.hashesOf([start])
  return isTurn(hash, hotkeysOf(state), hotkey, head.number - start)
})

/** This validator's share of some chores at a finalised head: its own turns, and chores that earlier validators left undone. */
export const ownOf = Effect.fn("ownChores")(function* (hotkey: AccountAddress, chores: ReadonlyArray<Chore>, head: BlockReference) {
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  if (chores.length === 0) return []
  const validators = hotkeysOf(yield* contract.stateAt(head))
  const hashes = yield* chain.hashesOf(chores.map(({ due }) => Math.min(due, head.number)))
  return chores.filter(({ due }, index) => {
    const from = turnFrom(hashBytes(hashes[index] ?? ""), validators, hotkey, due, TURN_BLOCKS)
    return from !== null && from <= head.number + 1
  })
})

/**
 * The chores of this validator at a finalised head. Every validator reads the ballots on matches. Only the one whose turn it is reads those on other
 * issues, of which there may be many, and the treasury.
 */
export const choresOf = Effect.fn("choresOf")(function* (hotkey: AccountAddress, head: BlockReference) {
  const contract = yield* Contract
  const state = yield* contract.stateAt(head)
  const isMine = yield* isTurnAt(hotkey, head)
  const undecided = state.liveIssues.filter(({ status }) => status._tag === "Competing" || (isMine && status._tag !== "Solved"))
  const mine = yield* ownOf(hotkey, choresIn(state, yield* ballotsOn(state, undecided, head), head.number), head)
  const harvest: Chore = { _tag: "Harvest", due: placeOf(head.number, state.config).start }
  const isHarvest = isMine && isWorthHarvesting(state, yield* contract.read("treasury", {}, head), head.number)
  return isHarvest ? [...mine, harvest] : mine
})
