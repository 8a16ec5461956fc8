/** Keeps watch over what a vote would be for good: for how long GitHub's record has said so at every look, in the validator's own record. */
import { Effect } from "effect"
import type { ContractConfig } from "../../contract-client/generated.ts"
import { GONE, neededUnder, seenAgain, type Watch } from "../../domain/Watch.ts"
import type { BlockReference } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import type { RareLines } from "../../layers/effects/rareLines.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import { Watches } from "../../layers/store/Watches.ts"
import type { Watched } from "./rules/settling.ts"
import { whyNotCounted } from "./rules/settling.ts"
import { takesVoteBack } from "./rules/verdict.ts"
import type { Verdict, VerdictCase } from "./rules/verdictCase.ts"
import type { Look } from "./verdicts.ts"

/** What the watch needs to know of a look. */
export type Sighting = Pick<Look, "issue" | "competition" | "evidence"> & { readonly on: Pick<VerdictCase, "_tag"> }

/** A look, and the verdict on it without what the validator saw before; undefined if it could not be judged. */
export interface Judged<Seen extends Sighting = Sighting> {
  readonly seen: Seen
  readonly verdict: Verdict | undefined
}

const ownerOf = (repository: string): string => repository.split("/", 1)[0] ?? ""

/** What the record says that takes a bounty away; null if nothing does, undefined if it is not known. */
const saysOf = (verdict: Verdict | undefined): string | null | undefined => {
  if (verdict === undefined) return undefined
  if (verdict._tag !== "NoVote") return null
  return verdict.settling?.says ?? (takesVoteBack(verdict) ? null : undefined)
}

/** The last block in which the contract takes a vote on it. */
const lastBlockFor = ({ competition, issue }: Sighting): number =>
  competition.status._tag === "Won" ? (issue.payableAt ?? competition.status.at + competition.challengePeriod) : competition.outcomeUntil

/**
 * How long the record must say so, in blocks. A vote that would come too late for the contract is cast once more of the time has been watched than is left: a payment
 * cannot be undone either.
 */
const neededFor = (sighting: Sighting, says: string, config: ContractConfig, block: number): number =>
  Math.min(neededUnder(says, config), says === GONE ? Number.POSITIVE_INFINITY : Math.max(1, lastBlockFor(sighting) - block))

/** The watches after a look at a block. What could not be seen stays as it was; `live`: the competitions that are still judged. */
const watchesAfter = (
  before: ReadonlyMap<string, Watch>,
  {
    block,
    config,
    goneCounts,
    judged,
    live
  }: {
    readonly block: number
    readonly config: ContractConfig
    readonly goneCounts: boolean
    readonly judged: ReadonlyArray<Judged>
    readonly live: ReadonlySet<number>
  }
): ReadonlyMap<string, Watch> => {
  const after = new Map([...before].filter(([competition]) => live.has(Number(competition))))
  for (const { seen, verdict } of judged) {
    const id = String(seen.competition.id)
    const says = saysOf(verdict)
    // Who finds an issue knows that it is not gone, also where the record is not complete enough for a verdict.
    const isBack = seen.evidence._tag === "Found" && before.get(id)?.says === GONE
    if (says === null || (says === undefined && isBack)) after.delete(id)
    else if (says !== undefined && (says !== GONE || goneCounts))
      after.set(id, seenAgain(before.get(id), says, block, neededUnder(says, config)))
  }
  return after
}

/**
 * Takes down one look at all issues at a finalised head, and returns what is known about those whose bounty the record takes away, by the issue's id. `judged`: everything
 * that was seen in the look, without issues that could not be looked at. `live`: the competitions of all issues that are judged. `lines`: where repeated looks warn
 * of the same.
 */
export const keepWatch = Effect.fn("keepWatch")(function* (
  judged: ReadonlyArray<Judged>,
  live: ReadonlySet<number>,
  head: BlockReference,
  lines?: RareLines
) {
  const [contract, github, store] = yield* Effect.all([Contract, GitHub, Watches])
  const before = yield* store.of(contract.address)
  const settling = judged.flatMap(({ seen, verdict }) => {
    const says = saysOf(verdict)
    return typeof says === "string" ? [{ seen, says }] : []
  })
  if (settling.length === 0 && before.size === 0) return new Map<number, Watched>()
  const { config } = yield* contract.stateAt(head)
  const someGone = settling.some(({ says }) => says === GONE)
  const notCounted = whyNotCounted(
    someGone ? yield* github.condition : null,
    judged.map(({ seen: { evidence, issue } }) => ({ owner: ownerOf(issue.repository), evidence }))
  )
  const after = watchesAfter(before, { judged, live, block: head.number, config, goneCounts: notCounted === null })
  const ended = [...before.keys()].filter((competition) => !after.has(competition))
  yield* store.change(contract.address, new Map([...ended.map((competition) => [competition, undefined] as const), ...after]))
  yield* Effect.forEach(
    settling,
    ({ says, seen: { competition, issue } }) => {
      const [was, is] = [before.get(String(competition.id)), after.get(String(competition.id))]
      if (is?.says !== says || was?.says === says) return Effect.void
      const line = says === GONE ? "gone from GitHub" : "the record takes the bounty away"
      return Effect.logInfo(`${line}: voted if it stays so for ${neededUnder(says, config)} blocks`).pipe(
        Effect.annotateLogs({ issue: issue.id, says })
      )
    },
    { discard: true }
  )
  if (someGone && notCounted !== null) {
    const line = `nothing is voted gone while GitHub may be ill: ${notCounted}`
    yield* lines?.warn("ill", line) ?? Effect.logWarning(line)
  }
  return new Map(
    settling.map(({ says, seen }): readonly [number, Watched] => {
      const watch = after.get(String(seen.competition.id))
      const blocks = watch?.says === says ? watch.blocks : 0
      return [
        seen.issue.id,
        { says, blocks, needed: neededFor(seen, says, config, head.number), notCounted: says === GONE ? notCounted : null }
      ]
    })
  )
})
