/** The scores of miners as far as others' records are compared with them: which pull requests and issues were seen, since the same moment unchanged. */
import type { MinerScores } from "../../../src/domain/EpochEvidence.ts"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"

export const placesBehind = (records: ReadonlyArray<ScoredRecord>, uid: number, changed?: number): MinerScores["repositories"] => {
  const own = records.filter((one) => one.uid === uid)
  const isLinked = ({ repository, number }: ScoredRecord): boolean =>
    records.some((one) => one.side === "finder" && one.repository === repository && one.number === number)
  const since = changed === undefined ? {} : { changed }
  return [...new Set(own.map(({ repository }) => repository))].map((repository) => ({
    repository,
    pullRequests: 0,
    issues: 0,
    components: {
      seen: own.flatMap((one) => (one.repository === repository && one.side === "author" ? [one.number] : [])),
      pull_requests: own
        .filter((one) => one.repository === repository && one.side === "author")
        .map((one) => ({ number: one.number, ...since, ...(one.issue > 1 || isLinked(one) ? {} : { unlinked: true }) })),
      discovery: {
        seen: own.flatMap((one) =>
          one.repository === repository && one.finder !== null ? [{ number: one.finder.issue, solver: one.number }] : []
        ),
        ...since
      }
    }
  }))
}
