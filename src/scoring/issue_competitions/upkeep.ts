/** What anyone may do and somebody must: harvest, expire, pay. Validators take turns. */
import { Effect } from "effect"
import { type AccountAddress, hashBytes } from "../../domain/Account.ts"
import { type BlockReference, Chain } from "../../layers/Chain.ts"
import { Contract } from "../../layers/Contract.ts"
import { placeOf } from "./Round.ts"
import { turnFrom, turnOrder } from "./rules/turns.ts"

/** Something to do, and since which block. */
export type Chore =
  | { readonly _tag: "Harvest"; readonly due: number }
  | { readonly _tag: "Expire"; readonly competition: number; readonly due: number }
  | { readonly _tag: "Payout"; readonly issue: number; readonly due: number }

/** How many blocks the next validator waits for the one before it. */
export const TURN_BLOCKS = 4

/** The chain moves no less stake than this at a time: 0.002 alpha, in rao. */
const SMALLEST_HARVEST = 2_000_000n

/** Everything that is due at a finalised head. */
export const choresAt = Effect.fn("choresAt")(function* (head: BlockReference) {
  const contract = yield* Contract
  const [config, issues, treasury] = yield* Effect.all([contract.config, contract.liveIssues(head), contract.read("treasury", {}, head)], {
    concurrency: 3
  })
  const harvest: ReadonlyArray<Chore> =
    treasury.pending + treasury.unallocated >= SMALLEST_HARVEST ? [{ _tag: "Harvest", due: placeOf(head.number, config).start }] : []
  const payouts = issues.flatMap(
    (issue): ReadonlyArray<Chore> =>
      issue.status._tag === "Solved" && issue.payableAt !== null && issue.payableAt <= head.number + 1
        ? [{ _tag: "Payout", issue: issue.id, due: issue.payableAt }]
        : []
  )
  const expiries = yield* Effect.forEach(
    issues.flatMap(({ status, competition }) => (status._tag === "Competing" && competition !== null ? [competition] : [])),
    (id) =>
      contract
        .outcomeUntil(id)
        .pipe(
          Effect.map((until): ReadonlyArray<Chore> => (until < head.number ? [{ _tag: "Expire", competition: id, due: until + 1 }] : []))
        ),
    { concurrency: 4 }
  )
  return [...payouts, ...expiries.flat(), ...harvest]
})

/** Those chores whose turn is this validator's, or that the ones before it have left undone. */
export const choresOf = Effect.fn("choresOf")(function* (hotkey: AccountAddress, head: BlockReference) {
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  const chores = yield* choresAt(head)
  if (chores.length === 0) return []
  const validators = (yield* contract.read("validators", {}, head)).map((validator) => validator.hotkey)
  return yield* Effect.filter(chores, (chore) =>
    chain.hashOf(Math.min(chore.due, head.number)).pipe(
      Effect.map((hash) => {
        // There is always something to harvest again: the validators take turns all round long instead of lining up behind one block.
        if (chore._tag === "Harvest") {
          const order = turnOrder(hashBytes(hash), validators)
          return order[Math.floor((head.number - chore.due) / TURN_BLOCKS) % order.length] === hotkey
        }
        const from = turnFrom(hashBytes(hash), validators, hotkey, chore.due, TURN_BLOCKS)
        return from !== null && from <= head.number + 1
      })
    )
  )
})
