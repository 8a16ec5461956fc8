/**
 * Watches issues that end otherwise than by a competitor's work, as by being gone. Stores for how long this validator's checks have all found the
 * same ending.
 */
import { Effect } from "effect"
import type { Competition, Issue } from "../../contract-client/generated.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import { blocksNeeded, GONE, GONE_FOR, STANDS_FOR, saysAgain, type Watch } from "../../domain/Watch.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import type { RareLines } from "../../layers/machine/effects/rareLines.ts"
import { Watches } from "../../layers/storage/dataFolder/Watches.ts"
import { isGone, type Watched, whyNotCounted } from "../../rules/verdicts/gone.ts"

/** The part of a check that the watch needs. */
export interface Sighting {
  readonly issue: Issue
  readonly competition: Competition
  readonly evidence: IssueEvidence
  /** Key of the outcome if it lasts; undefined: the issue may still be solved, or that cannot be seen now. */
  readonly ending?: string | undefined
}

export const ownerOf = (repository: string): string => repository.split("/", 1)[0] ?? ""

/** After the deadline, an issue that is gone needs less time. */
const blocksFor = ({ competition, ending }: Sighting, block: number): number =>
  ending === GONE && block > competition.deadline ? GONE_FOR : STANDS_FOR

/** The watches after a check at a block. An issue that could not be seen keeps its watch. `live`: the competitions that are still judged. */
const watchesAfter = (
  before: ReadonlyMap<string, Watch>,
  looks: ReadonlyArray<Sighting>,
  live: ReadonlySet<number>,
  { block, counts, needed }: { readonly block: number; readonly counts: boolean; readonly needed: (look: Sighting) => number }
): ReadonlyMap<string, Watch> => {
  const after = new Map([...before].filter(([competition]) => live.has(Number(competition))))
  for (const look of looks) {
    const { competition, ending, evidence } = look
    const id = String(competition.id)
    if (ending !== undefined && (counts || ending !== GONE)) after.set(id, saysAgain(ending, before.get(id), block, needed(look)))
    else if (ending === undefined && evidence._tag === "Found") after.delete(id)
  }
  return after
}

/**
 * Stores a check of all issues at a finalised head. Returns the watches of those that end otherwise, by issue id. `looks`: without issues that could
 * not be checked. `live`: the competitions of all issues that are judged. `lines`: deduplicates repeated warnings.
 */
export const keepWatch = Effect.fn("keepWatch")(function* (
  looks: ReadonlyArray<Sighting>,
  live: ReadonlySet<number>,
  head: BlockReference,
  lines?: RareLines
) {
  const [contract, github, store] = yield* Effect.all([Contract, GitHub, Watches])
  const before = yield* store.of(contract.address)
  const ends = looks.filter(({ ending }) => ending !== undefined)
  const gone = ends.filter(({ evidence }) => isGone(evidence))
  if (ends.length === 0 && before.size === 0) return new Map<number, Watched>()
  const { config } = yield* contract.stateAt(head)
  const needed = (look: Sighting) => blocksNeeded(config, blocksFor(look, head.number))
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
        : Effect.logInfo("gone from GitHub: voted if it stays so").pipe(Effect.annotateLogs({ issue: issue.id })),
    { discard: true }
  )
  if (gone.length > 0 && notCounted !== null) {
    const line = `nothing is voted gone while GitHub may be ill: ${notCounted}`
    yield* lines?.warn("ill", line) ?? Effect.logWarning(line)
  }
  return new Map(
    ends.map((look): readonly [number, Watched] => [
      look.issue.id,
      {
        blocks: after.get(String(look.competition.id))?.blocks ?? 0,
        needed: needed(look),
        notCounted: isGone(look.evidence) ? notCounted : null
      }
    ])
  )
})
