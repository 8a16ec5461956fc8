/** Compares the contract before and after its code changed. */
import { Effect } from "effect"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../layers/chain/node/BlockReference.ts"

const seen = (at?: BlockReference) =>
  Effect.gen(function* () {
    const { read, stored } = yield* Contract
    const [edition, { allocated, fresh, aged, collateral, held, paid, recycled, slashed }, owner, counts] = yield* Effect.all(
      [read("version", {}, at), read("treasury", {}, at), stored("owner", {}, at), stored("counts", {}, at)],
      { concurrency: 4 }
    )
    return { edition, what: { owner, ...counts, held, allocated, fresh, aged, collateral, paid, recycled, slashed } }
  })

/** Looks at owner, counts and money now, and answers how to look again at a block: with what the new code says and what differs. */
export const sameContract = Effect.map(
  seen(),
  (before) => (at: BlockReference) =>
    Effect.map(seen(at), (after) => {
      const differs = Object.entries(after.what).filter(([name, value]) =>
        Object.entries(before.what).some(([known, was]) => known === name && was !== value)
      )
      const editions = `the contract was of edition ${before.edition} and is of edition ${after.edition}`
      return {
        editionBefore: before.edition,
        editionNow: after.edition,
        differs: differs.map(([name]) => name),
        says:
          differs.length === 0
            ? `${editions}; its owner, its ${after.what.issues} issues and all its money are as they were`
            : `${editions}; other now, by the new code or by calls in between: ${differs.map(([name]) => name).join(", ")}`
      }
    })
)
