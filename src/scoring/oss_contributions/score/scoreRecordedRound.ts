/** Scores a recorded round, which contains its files, with the functions that score a round from GitHub. */
import { Effect } from "effect"
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import { scoredBy } from "../../../domain/contributions/FileRules.ts"
import { pullRequestKey, type RecordedFile, type RoundRecord } from "../../../domain/contributions/RoundRecord.ts"
import { repositoriesScoredBy } from "../../../domain/Roster.ts"
import { Roster } from "../../../layers/chain/roster/Roster.ts"
import { totalsOf } from "../../../rules/contributions/files/totals.ts"
import { applyMaintainerRules } from "../../../rules/contributions/maintainers.ts"
import { repositoriesOf } from "../../../rules/contributions/repositories.ts"
import { pullRequestsToScore, type RoundScore, scoreRound } from "../../../rules/contributions/scoreRound.ts"
import { withoutHad } from "../../../rules/contributions/work/whatCounts.ts"
import { FileScorer, isFinal, isMeasured } from "./FileScorer.ts"

/** Pull requests scored concurrently, enough to keep the parsing processes busy. */
const CONCURRENCY = 32

const changedFile = (file: RecordedFile): ChangedFile => ({
  path: file.filename,
  previousPath: file.previous_filename ?? undefined,
  status: file.status,
  additions: file.additions,
  deletions: file.deletions,
  changes: file.changes,
  isBinary: file.is_binary,
  base: file.base_content,
  head: file.head_content,
  parent: file.parent
})

export interface RecordedRoundScore extends RoundScore {
  /** The record that was scored: the recorded one after its roster's rules for maintainers. */
  readonly record: RoundRecord
  /** Pull requests whose files could not be compared in time. */
  readonly exceeded: ReadonlyArray<string>
}

/** What each pull request says of all its files. */
const sharesOf = ({ issues, pulls }: RoundRecord): ReadonlyMap<string, number | undefined> =>
  new Map([
    ...Object.values(issues)
      .flat()
      .flatMap(({ repo_full_name, solving_pr: by }) =>
        by === null ? [] : [[pullRequestKey(repo_full_name, by.pr_number), by.copied_share] as const]
      ),
    ...Object.values(pulls)
      .flat()
      .map(({ copied_share, pr_number, repo_full_name }) => [pullRequestKey(repo_full_name, pr_number), copied_share] as const)
  ])

/** Scores the files that decide the round, and then the round. */
export const scoreRecordedRound = Effect.fn("scoreRecordedRound")(function* (recorded: RoundRecord) {
  const record = applyMaintainerRules({ ...recorded, repos: repositoriesScoredBy(recorded.repos, recorded) })
  const scorer = yield* FileScorer
  const { fileRules: given, emission } = yield* Roster
  const fileRules = scoredBy(given, recorded)
  const files = new Map(Object.entries(record.files).map(([key, files]) => [key.toLowerCase(), files]))
  const shares = sharesOf(record)
  const repositories = repositoriesOf(record.repos)
  const wanted = pullRequestsToScore(record).flatMap(({ repository, number }) => {
    const key = pullRequestKey(repository, number)
    const recorded = files.get(key)
    return recorded === undefined ? [] : [{ key, recorded, figures: repositories.get(repository)?.work }]
  })
  const scored = yield* Effect.forEach(
    wanted,
    ({ figures, key, recorded }) =>
      Effect.map(scorer.scoreFiles(recorded.map(changedFile), fileRules), (measured) => {
        const own = new Map(recorded.map((file) => [file.filename, file]))
        const shareOf = (path: string) => own.get(path)?.had_share ?? shares.get(key)
        const files = withoutHad(measured.files, shareOf, figures, (path) => own.get(path)?.compared_words)
        return { key, isFinal: isFinal(measured), totals: isMeasured(measured, fileRules) ? [[key, totalsOf(files)] as const] : [] }
      }),
    { concurrency: CONCURRENCY }
  )
  const round = scoreRound({ record, totals: new Map(scored.flatMap(({ totals }) => totals)) }, emission)
  const result: RecordedRoundScore = { ...round, record, exceeded: scored.flatMap((one) => (one.isFinal ? [] : [one.key])) }
  return result
})
