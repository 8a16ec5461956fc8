/** Keeps watch over issues that are gone from GitHub: for how long each look has found them so, in the validator's own record. */
import { Effect } from "effect"
import type { Competition, Issue } from "../../contract-client/generated.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import { goneAgain, neededUnder, type Watch } from "../../domain/Watch.ts"
import type { BlockReference } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import type { RareLines } from "../../layers/effects/rareLines.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import { Watches } from "../../layers/store/Watches.ts"
import { isGone, type Watched, whyNotCounted } from "./rules/gone.ts"

/** What the watch needs to know of a look. */
export interface Sighting {
  readonly issue: Issue
  readonly competition: Competition
  readonly evidence: IssueEvidence
}

const ownerOf = (repository: string): string => repository.split("/", 1)[0] ?? ""

const goneIn = (looks: ReadonlyArray<Sighting>) => looks.filter(({ evidence }) => isGone(evidence))

/** The watches after a look at a block. What could not be seen stays as it was; `live`: the competitions that are still judged. */
const watchesAfter = (
  before: ReadonlyMap<string, Watch>,
  looks: ReadonlyArray<Sighting>,
  live: ReadonlySet<number>,
  { block, counts, needed }: { readonly block: number; readonly counts: boolean; readonly needed: number }
): ReadonlyMap<string, Watch> => {
  const after = new Map([...before].filter(([competition]) => live.has(Number(competition))))
  for (const { competition, evidence } of looks) {
    const id = String(competition.id)
    if (evidence._tag === "Found") after.delete(id)
    else if (isGone(evidence) && counts) after.set(id, goneAgain(before.get(id), block, needed))
  }
  return after
}

/**
 * Takes down one look at all issues at a finalised head, and returns what is known about those that are gone, by the issue's id. `looks`: without issues that could not
 * be looked at. `live`: the competitions of all issues that are judged. `lines`: where repeated looks warn of the same.
 */
export const keepWatch = Effect.fn("keepWatch")(function* (
  looks: ReadonlyArray<Sighting>,
  live: ReadonlySet<number>,
  head: BlockReference,
  lines?: RareLines
) {
  const [contract, github, store] = yield* Effect.all([Contract, GitHub, Watches])
  const before = yield* store.of(contract.address)
  const gone = goneIn(looks)
  if (gone.length === 0 && before.size === 0) return new Map<number, Watched>()
  const needed = neededUnder((yield* contract.stateAt(head)).config)
  const notCounted = whyNotCounted(
    gone.length > 0 ? yield* github.condition : null,
    looks.map(({ evidence, issue }) => ({ owner: ownerOf(issue.repository), evidence }))
  )
  const after = watchesAfter(before, looks, live, { block: head.number, counts: notCounted === null, needed })
  const ended = [...before.keys()].filter((competition) => !after.has(competition))
  yield* store.change(contract.address, new Map([...ended.map((competition) => [competition, undefined] as const), ...after]))
  yield* Effect.forEach(
    gone,
    ({ competition: { id }, issue }) =>
      before.has(String(id)) || !after.has(String(id))
        ? Effect.void
        : Effect.logInfo(`gone from GitHub: voted if it stays so for ${needed} blocks`).pipe(Effect.annotateLogs({ issue: issue.id })),
    { discard: true }
  )
  if (gone.length > 0 && notCounted !== null) {
    const line = `nothing is voted gone while GitHub may be ill: ${notCounted}`
    yield* lines?.warn("ill", line) ?? Effect.logWarning(line)
  }
  return new Map(
    gone.map(({ competition, issue }): readonly [number, Watched] => [
      issue.id,
      { blocks: after.get(String(competition.id))?.blocks ?? 0, needed, notCounted }
    ])
  )
})
