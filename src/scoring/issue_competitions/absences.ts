/** Keeps watch over issues that are gone from GitHub: for how long each has been gone at every look, in the validator's own record. */
import { Effect } from "effect"
import type { Absence } from "../../domain/Absence.ts"
import type { BlockReference } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import type { RareLines } from "../../layers/effects/rareLines.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import { Absences } from "../../layers/store/Absences.ts"
import { goneAgain, goneForUnder, whyNotCounted } from "./rules/gone.ts"
import type { SeenGone, VerdictCase } from "./rules/verdict.ts"
import { type Look, saysGone } from "./verdicts.ts"

/** What the watch needs to know of a look. */
export type Sighting = Pick<Look, "issue" | "competition" | "evidence"> & { readonly on: Pick<VerdictCase, "_tag"> }

const ownerOf = (repository: string): string => repository.split("/", 1)[0] ?? ""

/** The absences after a look at a block. What could not be seen stays as it was; `live`: the competitions that are still judged. */
const absencesAfter = (
  before: ReadonlyMap<number, Absence>,
  {
    block,
    counts,
    live,
    needed,
    sightings
  }: {
    readonly block: number
    readonly counts: boolean
    readonly live: ReadonlySet<number>
    readonly needed: number
    readonly sightings: ReadonlyArray<Sighting>
  }
): ReadonlyMap<number, Absence> => {
  const after = new Map([...before].filter(([competition]) => live.has(competition)))
  for (const sighting of sightings) {
    const { id } = sighting.competition
    if (sighting.evidence._tag === "Found" || sighting.on._tag === "Challenge") after.delete(id)
    else if (counts && saysGone(sighting)) after.set(id, goneAgain(before.get(id), block, needed))
  }
  return after
}

/**
 * Takes down one look at all issues at a finalised head, and returns what is known about those that are gone, by the issue's id. `sightings`: everything
 * that was seen in the look, without issues that could not be looked at. `live`: the competitions of all issues that are judged. `lines`: where repeated looks warn of the same.
 */
export const watchAbsences = Effect.fn("watchAbsences")(function* (
  sightings: ReadonlyArray<Sighting>,
  live: ReadonlySet<number>,
  head: BlockReference,
  lines?: RareLines
) {
  const [contract, github, store] = yield* Effect.all([Contract, GitHub, Absences])
  const before = yield* store.of(contract.address)
  const gone = sightings.filter(saysGone)
  if (gone.length === 0 && before.size === 0) return new Map<number, SeenGone>()
  const needed = goneForUnder((yield* contract.stateAt(head)).config)
  const ill = gone.length === 0 ? null : yield* github.condition
  const notCounted = whyNotCounted(
    ill,
    sightings.map(({ evidence, issue }) => ({ owner: ownerOf(issue.repository), evidence }))
  )
  const after = absencesAfter(before, { sightings, live, block: head.number, needed, counts: notCounted === null })
  yield* store.replace(contract.address, after)
  const seen = gone.map(({ competition, issue }) => {
    const blocks = after.get(competition.id)?.blocks ?? 0
    return [issue.id, { blocks, needed, notCounted, isNew: !before.has(competition.id) && after.has(competition.id) }] as const
  })
  yield* Effect.forEach(
    seen.filter(([, { isNew }]) => isNew),
    ([issue]) => Effect.logInfo(`gone from GitHub: voted if it stays so for ${needed} blocks`).pipe(Effect.annotateLogs({ issue })),
    { discard: true }
  )
  if (gone.length > 0 && notCounted !== null) {
    const line = `nothing is voted gone while GitHub may be ill: ${notCounted}`
    yield* lines?.warn("ill", line) ?? Effect.logWarning(line)
  }
  return new Map(seen.map(([issue, { blocks }]): readonly [number, SeenGone] => [issue, { blocks, needed, notCounted }]))
})
