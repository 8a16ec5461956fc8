/** Harvesting, expiring, finishing and paying: anyone may do it, and validators take turns to make sure that it is done. */
import { Effect } from "effect"
import { stopsPayment } from "../../contract-client/waiting.ts"
import { type AccountAddress, hashBytes } from "../../domain/Account.ts"
import { DUST } from "../../domain/Collateral.ts"
import { type BlockReference, Chain } from "../../layers/chain/Chain.ts"
import { Contract, type ContractState } from "../../layers/contract/Contract.ts"
import { placeOf } from "./Round.ts"
import { turnFrom, turnOrder } from "./rules/turns.ts"

/** Something to do, and the block since which it is due. */
export type Chore =
  | { readonly _tag: "Harvest"; readonly due: number }
  | { readonly _tag: "Expire"; readonly competition: number; readonly due: number }
  | { readonly _tag: "Payout"; readonly issue: number; readonly due: number }
  | { readonly _tag: "Finish"; readonly issue: number; readonly due: number }

/** To tell the contract that its subnet has ended, at the block where that was seen. */
export type LastChore = { readonly _tag: "WindUp"; readonly due: number }

/** How many blocks each validator waits for the one before it. */
const TURN_BLOCKS = 4

/** The chores that are due at a block, except harvests. A payment comes before the end of an issue that does not stop it. */
export const choresIn = (
  { liveIssues, competitions }: Pick<ContractState, "liveIssues" | "competitions">,
  block: number
): ReadonlyArray<Chore> =>
  liveIssues.flatMap((issue): ReadonlyArray<Chore> => {
    const { id, payableAt, status, waiting } = issue
    const competition = issue.competition === null ? undefined : competitions.get(issue.competition)
    if (competition === undefined) return []
    const finish: ReadonlyArray<Chore> =
      waiting !== null && waiting.from <= block + 1 ? [{ _tag: "Finish", issue: id, due: waiting.from }] : []
    if (status._tag === "Solved" && payableAt !== null && payableAt <= block + 1 && !stopsPayment(issue, competition))
      return [{ _tag: "Payout", issue: id, due: payableAt }, ...finish]
    return status._tag === "Competing" && waiting === null && competition.outcomeUntil < block
      ? [{ _tag: "Expire", competition: competition.id, due: competition.outcomeUntil + 1 }]
      : finish
  })

/** Whether there is something that the chain lets go, to give to issues or to recycle. Dust waits until more comes. */
const isWorthHarvesting = Effect.fn("isWorthHarvesting")(function* (head: BlockReference) {
  const treasury = yield* (yield* Contract).read("treasury", {}, head)
  return treasury.pendingAvailable + treasury.unallocated + treasury.toRecycle > DUST
})

/** Whether it is this validator's turn at a chore that is always due. Turns are spread over the whole round. */
const isTurn = (roundHash: string, validators: ReadonlyArray<AccountAddress>, hotkey: AccountAddress, blocks: number): boolean => {
  const order = turnOrder(hashBytes(roundHash), validators)
  return order[Math.floor(blocks / TURN_BLOCKS) % order.length] === hotkey
}

/** Whether it is this validator's turn, at a finalised head, to do what is always due. */
export const isTurnAt = Effect.fn("isTurnAt")(function* (hotkey: AccountAddress, head: BlockReference) {
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  const { config, validators } = yield* contract.stateAt(head)
  const { start } = placeOf(head.number, config)
  const [hash = ""] = yield* chain.hashesOf([start])
  return isTurn(
    hash,
    validators.map((validator) => validator.hotkey),
    hotkey,
    head.number - start
  )
})

/** The chores of this validator at a finalised head: its own turns, and what validators before it have left undone. */
export const choresOf = Effect.fn("choresOf")(function* (hotkey: AccountAddress, head: BlockReference) {
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  const state = yield* contract.stateAt(head)
  const validators = state.validators.map((validator) => validator.hotkey)
  const chores = choresIn(state, head.number)
  const harvest: Chore = { _tag: "Harvest", due: placeOf(head.number, state.config).start }
  const hashes = yield* chain.hashesOf([harvest, ...chores].map(({ due }) => Math.min(due, head.number)))
  const mine = chores.filter(({ due }, index) => {
    const from = turnFrom(hashBytes(hashes[index + 1] ?? ""), validators, hotkey, due, TURN_BLOCKS)
    return from !== null && from <= head.number + 1
  })
  // There is always something to harvest, so that no turns line up behind one due block.
  const isMine = isTurn(hashes[0] ?? "", validators, hotkey, head.number - harvest.due)
  return isMine && (yield* isWorthHarvesting(head)) ? [...mine, harvest] : mine
})
