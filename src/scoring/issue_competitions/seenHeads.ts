/**
 * Stores what this validator saw on GitHub and may not be able to see later. That is which heads pull requests had before their merge, and when it
 * first saw each (GitHub gives no times of pushes, so a check proves who had the work first), and that a competitor's work had landed. Losing the
 * file loses these proofs, and no others.
 */
import { Effect } from "effect"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Watches } from "../../layers/storage/dataFolder/Watches.ts"
import { pullRequestsIn } from "../../rules/verdicts/project.ts"
import type { OwnObservations, SeenHead } from "../../rules/verdicts/verdictCase.ts"

const SAYS = "seen"
/** In the place of a head: a competitor's work has landed. */
const LANDED = "landed"

/** Milliseconds in a second. The store keeps whole numbers of moderate size. */
const SECOND = 1_000

/** Reads the store, and deletes the heads of issues that are over (not in `live`). */
export const readSeenHeads = Effect.fn("readSeenHeads")(function* (live: ReadonlySet<number>) {
  const [contract, store] = yield* Effect.all([Contract, Watches])
  const kind = `${contract.address} heads`
  const known = new Map(yield* store.of(kind))
  const over = [...known.keys()].filter((name) => !live.has(Number(name.split(" ", 1)[0])))
  yield* store.change(kind, new Map(over.map((name) => [name, undefined])))
  return {
    /** Stores a check of an issue at a time of the chain's clock, and returns all observations of the issue. */
    look: (issue: number, evidence: IssueEvidence, at: number) =>
      Effect.gen(function* () {
        const heads =
          evidence._tag === "Found" ? pullRequestsIn(evidence).flatMap(({ head, mergedAt }) => (mergedAt === null ? (head ?? []) : [])) : []
        const fresh = heads.map((head) => `${issue} ${head}`).filter((name) => !known.has(name))
        const noted = new Map(fresh.map((name) => [name, { says: SAYS, lastLook: Math.floor(at / SECOND), blocks: 0 }]))
        for (const [name, watch] of noted) known.set(name, watch)
        yield* store.change(kind, noted)
        const seen = [...known].flatMap(([name, { lastLook }]): ReadonlyArray<SeenHead> => {
          const [of, head = ""] = name.split(" ")
          return Number(of) === issue && head !== LANDED ? [{ head, at: lastLook * SECOND }] : []
        })
        return { seen, hadLanded: known.has(`${issue} ${LANDED}`) } satisfies OwnObservations
      }),
    /** Stores that a competitor's work for an issue has landed. */
    landed: (issue: number) => {
      const name = `${issue} ${LANDED}`
      if (known.has(name)) return Effect.void
      const watch = { says: SAYS, lastLook: 0, blocks: 0 }
      known.set(name, watch)
      return store.change(kind, new Map([[name, watch]]))
    }
  }
})
