/**
 * Scores a record of another validator's report again, from GitHub. It compares only facts that cannot have changed since the epoch's first block: an
 * older merge with its time, its author, its commits, and the score of these two commits by the same rules. Every other difference is unclear.
 */
import { Effect, Schema } from "effect"
import { pullRequestKey } from "../../../domain/contributions/RoundRecord.ts"
import { IssueRef } from "../../../domain/IssueRef.ts"
import { type MeasuredRecord, RecordUnclear } from "../../../domain/MeasuredRecord.ts"
import type { RosterRepository } from "../../../domain/Roster.ts"
import type { ScoredRecord } from "../../../domain/ScoredRecord.ts"
import { Roster } from "../../../layers/chain/roster/Roster.ts"
import { Contributions } from "../../../layers/github/contributions/Contributions.ts"
import { whatDiffers } from "../../../rules/consensus/challenge.ts"
import { whyIncomparable } from "../../../rules/consensus/comparableRecord.ts"
import { decayMultiplier } from "../../../rules/contributions/ageAndReviews.ts"
import { methodsOf, totalsOf } from "../../../rules/contributions/files/totals.ts"
import { whyUnwanted } from "../../../rules/contributions/maintainers.ts"
import { baseAlone } from "../../../rules/contributions/scorePullRequest.ts"
import { tokensIn, withoutHad } from "../../../rules/contributions/work/whatCounts.ts"
import { isMeasured, TOOK_TOO_LONG } from "./FileScorer.ts"
import { PullRequestScores } from "./PullRequestScores.ts"

/** In microseconds. Validators may have seen events this near to the epoch's first block differently. */
const BOUNDARY_MARGIN = 3_600_000_000

/** The decay is rounded to hundredths, and computed with an exponential function whose last bit machines may differ in. */
const DECAY_ERROR = 0.0101

const NO_FIGURES = { methods: {}, tokens: 0, source: 0, total: 0, score: 0 }

const EARLIER = "it was scored in an earlier epoch, maybe by another roster"

const decodeRef = Schema.decodeUnknownOption(IssueRef)

/** The pull request's repository name today, its commits and its state, if they are final on GitHub. Fails if they may have differed at the time. */
const placeOf = Effect.fn("placeOfRecord")(function* (record: ScoredRecord, settings: RosterRepository, now: number) {
  const { repository, number } = record
  const unclear = (why: string) => new RecordUnclear({ repository, number, why })
  const contributions = yield* Contributions
  const ref = decodeRef({ repository, number })
  if (ref._tag === "None") return null
  const at = (moment: number) =>
    contributions.pullRequest(ref.value, settings, moment).pipe(
      Effect.catchTags({
        // A number that is an issue was never a pull request.
        PullRequestNotFound: ({ isIssue, message }) => (isIssue ? Effect.succeed(null) : Effect.fail(unclear(message))),
        GitHubUnavailable: ({ message }) => Effect.fail(unclear(message))
      })
    )
  const found = yield* at(now + BOUNDARY_MARGIN)
  if (found === null) return null
  if (settings.github_id === undefined && found.repository.toLowerCase() !== repository)
    return yield* unclear(`its repository is ${found.repository} now`)
  const { base_sha: base, head_sha: head, merged_at: mergedAt, refused_since, scores_nothing: nothing, state } = found.pull
  if (mergedAt !== null && Math.abs(now - mergedAt) <= BOUNDARY_MARGIN) return yield* unclear("it was merged about when the epoch began")
  if (nothing !== undefined && (yield* at(now - BOUNDARY_MARGIN))?.pull.scores_nothing === undefined)
    return yield* unclear("it was taken back about when the epoch began")
  if (refused_since !== undefined && Math.abs(now - refused_since) <= BOUNDARY_MARGIN)
    return yield* unclear("its maintainers began to refuse bounties about when the epoch began")
  // A merge cannot be undone, so a pull request that is not merged today was not merged then.
  const placed = (state: ScoredRecord["state"]) => ({
    name: found.repository,
    // An account may have been deleted since.
    place: { state, base, head, mergedAt: state === "MERGED" ? mergedAt : null, author: found.pull.author_github_id || record.author },
    nothing,
    isAuthorGone: found.pull.author_github_id === "",
    opened: { repo_full_name: repository, created_at: found.pull.created_at, refused_since },
    mergedAt
  })
  if (state === "MERGED") return placed(state)
  if (record.state === "MERGED") return placed("OPEN")
  if (base !== record.base || head !== record.head) return yield* unclear("its commits have changed since then")
  return placed(record.state)
})

/**
 * Scores a record again. `now`: the timestamp of the epoch's first block, in microseconds. Which program made the record plays no part: reports of one
 * format follow from the same edition of the rules. Null: it is not a pull request that scores.
 */
export const rescoreRecord = Effect.fn("rescoreRecord")(function* (record: ScoredRecord, { now }: { readonly now: number }) {
  const { repository, number } = record
  yield* Effect.annotateCurrentSpan("pullRequest", `${repository}#${number}`)
  const unclear = (why: string) => new RecordUnclear({ repository, number, why })
  const [roster, scores, contributions] = yield* Effect.all([Roster, PullRequestScores, Contributions])
  const settings = Object.entries(roster.repositories).find(([name]) => name.toLowerCase() === repository)?.[1]
  if (settings === undefined) return null
  const found = yield* placeOf(record, settings, now)
  if (found === null) return null
  const { mergedAt, name, opened, place } = found
  const unwanted = record.side === "finder" ? undefined : whyUnwanted(opened, roster.consent, settings)
  const nothing = found.nothing ?? unwanted
  const shown: MeasuredRecord = record
  const placed: MeasuredRecord = { ...shown, ...place, author: record.author === null ? null : place.author }
  if (nothing !== undefined) return { ...placed, ...NO_FIGURES, nothing }
  const isThere = (["state", "base", "head", "author", "mergedAt"] as const).every((key) => placed[key] === record[key])
  if (!isThere) return placed
  const decay = place.state === "MERGED" && mergedAt !== null ? decayMultiplier(mergedAt, now, settings.scoring.time_decay) : 1
  if (Math.abs(decay - record.decay) > DECAY_ERROR) return { ...placed, decay }
  const fixed = settings.fixed_base_score
  const filesLeftOut = Object.keys(record.methods).length === 0 && record.tokens === 0 && record.source === 0 && record.total === 0
  if (fixed !== null && filesLeftOut && settings.work === undefined)
    return record.kept !== null && record.score !== fixed ? yield* unclear(EARLIER) : { ...placed, score: fixed }
  if (placed.base === null || placed.head === null) return yield* unclear("GitHub does not name its commits")
  const commits = { repository: name, number, base: placed.base, head: placed.head }
  yield* scores.readAhead([commits], roster.fileRules)
  const { files } = yield* scores.ofPullRequest(commits, roster.fileRules).pipe(
    Effect.filterOrFail(
      (scored) => isMeasured(scored, roster.fileRules),
      () => ({ message: TOOK_TOO_LONG })
    ),
    Effect.mapError(({ message }) => unclear(message))
  )
  const totals = totalsOf(files)
  const work = placed.state === "MERGED" ? settings.work : undefined
  const shares =
    work !== undefined && mergedAt !== null
      ? yield* contributions.hadShares({ repositories: roster.repositories, extensions: [...roster.fileRules.languages.keys()] }, [
          {
            ...commits,
            repository,
            author: placed.author ?? "",
            openedAt: opened.created_at,
            mergedAt,
            tokens: tokensIn(files, work)
          }
        ])
      : undefined
  const share = shares?.get(pullRequestKey(repository, number))
  const whole = baseAlone(totals, settings)
  const least = share === undefined ? whole : baseAlone(totalsOf(withoutHad(files, share.of, work, share.comparedOf)), settings)
  // Whose commits are those of an account that is gone, GitHub does not say any more.
  const isKnown = share?.isPartial === false && !found.isAuthorGone
  if (shares !== undefined && !isKnown && record.score < least)
    return yield* unclear("this validator does not know how much of it existed before")
  const measured: MeasuredRecord = {
    ...placed,
    methods: { ...methodsOf(files) },
    tokens: totals.tokenScore,
    source: totals.sourceScore,
    total: totals.total,
    // A validator that could not measure copies, or in part, counted more, and is not wrong.
    score: record.score >= least && record.score <= whole ? record.score : least
  }
  const isOther = record.kept !== null && whatDiffers(shown, measured) !== undefined
  const why = isOther ? EARLIER : whyIncomparable(shown, measured)
  return why === undefined ? measured : yield* unclear(why)
})
