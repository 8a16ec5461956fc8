/**
 * Stores what this validator saw on GitHub and may not be able to see later. That is which heads pull requests had before their merge, and when it
 * first saw each (GitHub gives no times of pushes, so a check proves who had the work first), which pull requests were open, and that a competitor's work
 * had landed. Losing the file loses these proofs, and no others.
 */
import { Effect } from "effect"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import type { Watch } from "../../domain/Watch.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Watches } from "../../layers/storage/dataFolder/Watches.ts"
import { pullRequestsIn } from "../../rules/verdicts/project.ts"
import type { OwnObservations, SeenHead } from "../../rules/verdicts/verdictCase.ts"

const SAYS = "seen"
/** In the place of a head: a competitor's work has landed. */
const LANDED = "landed"
/** In the place of a head, before the number of a pull request that was open. It says whose. */
const OPEN = "#"

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
        const shown = evidence._tag === "Found" ? pullRequestsIn(evidence) : []
        const noted = new Map<string, Watch | undefined>()
        const note = (what: string, says: string) => {
          const name = `${issue} ${what}`
          if (!known.has(name)) noted.set(name, { says, lastLook: Math.floor(at / SECOND), blocks: 0 })
        }
        for (const { authorId, closedAt = null, head, mergedAt, number, says } of shown) {
          if (mergedAt === null && head !== undefined) note(head, SAYS)
          if (mergedAt !== null || closedAt !== null) noted.set(`${issue} ${OPEN}${number}`, undefined)
          else if (authorId !== null && says !== undefined) note(`${OPEN}${number}`, String(authorId))
        }
        const changed = new Map([...noted].filter(([name, watch]) => watch !== undefined || known.has(name)))
        for (const [name, watch] of changed)
          if (watch === undefined) known.delete(name)
          else known.set(name, watch)
        yield* store.change(kind, changed)
        const own = [...known].flatMap(([name, watch]) => {
          const [of, what = ""] = name.split(" ")
          return Number(of) === issue && what !== LANDED ? [{ what, ...watch }] : []
        })
        const isOpen = ({ what }: { readonly what: string }) => what.startsWith(OPEN)
        return {
          seen: own.filter((one) => !isOpen(one)).map(({ lastLook, what }): SeenHead => ({ head: what, at: lastLook * SECOND })),
          sawOpen: own.filter(isOpen).map(({ says, what }) => ({ number: Number(what.slice(OPEN.length)), authorId: Number(says) })),
          hadLanded: known.has(`${issue} ${LANDED}`)
        } satisfies OwnObservations
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
