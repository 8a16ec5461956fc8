/** The documents of `gittensor score`: one pull request with its author's eligibility, or everything of one miner. */
import { Effect, Schema } from "effect"
import { pullRequestKey } from "../../../domain/contributions/RoundRecord.ts"
import { instantText } from "../../../domain/Instant.ts"
import type { IssueRef } from "../../../domain/IssueRef.ts"
import { type RosterRepositories, RosterRepository } from "../../../domain/Roster.ts"
import { Roster } from "../../../layers/chain/roster/Roster.ts"
import { Contributions } from "../../../layers/github/contributions/Contributions.ts"
import { totalsOf } from "../../../rules/contributions/files/totals.ts"
import { withConsent } from "../../../rules/contributions/maintainers.ts"
import { repositoriesOf } from "../../../rules/contributions/repositories.ts"
import { minerScores } from "../../../rules/contributions/scoreRound.ts"
import { whyDropped } from "../../../rules/contributions/whichPullRequests.ts"
import { poolDocuments } from "../../../rules/weights/pools.ts"
import { PullRequestScores } from "../score/PullRequestScores.ts"
import { loadAndScoreFiles } from "../score/scoreLoadedFiles.ts"
import { explainEligibility, explainPullRequest, placeOf } from "./explainScore.ts"

/** For a repository that is not in the roster. */
const defaultFigures = Schema.decodeUnknownSync(RosterRepository)({ emission_share: 0 })

/** A placeholder UID of the explained account; the real one is not read from the chain. */
const UID = 1

const entryOf = (repositories: RosterRepositories, repository: string) =>
  Object.entries(repositories).find(([name]) => name.toLowerCase() === repository.toLowerCase())

/** One pull request, and its author's eligibility in the repository where it counts. */
export const ofPullRequest = Effect.fn("score.pullRequest")(function* (ref: IssueRef, now: number) {
  const [contributions, scores, roster] = yield* Effect.all([Contributions, PullRequestScores, Roster])
  const entry = entryOf(roster.repositories, ref.repository)
  const figures = entry?.[1] ?? defaultFigures
  const repositories = { [entry?.[0] ?? ref.repository]: figures }
  const { pull: found, isWithinWindow } = yield* contributions.pullRequest(ref, figures, now)
  const pull = withConsent(found, roster.consent, figures)
  const [base, head] = [pull.base_sha ?? "", pull.head_sha ?? ""]
  const commits = { repository: ref.repository, number: ref.number, base, head }
  const { files, exceeded } =
    pull.scores_nothing === undefined
      ? yield* Effect.zipRight(scores.readAhead([commits], roster.fileRules), scores.ofPullRequest(commits, roster.fileRules))
      : { files: [], exceeded: false }
  const dropped = whyDropped(pull, repositoriesOf(repositories))
  const whyNot = dropped ?? (isWithinWindow ? null : `outside the window of ${figures.scoring.pr_lookback_days} days`)
  const account = pull.author_github_id
  const request = {
    now,
    repositories,
    uids: { [String(UID)]: account === "" ? null : account },
    logins: { [account]: pull.author_login }
  }
  const whole = whyNot === null && account !== "" ? yield* loadAndScoreFiles(request) : undefined
  const key = pullRequestKey(pull.repo_full_name, pull.pr_number)
  const miners = whole === undefined ? [] : minerScores({ ...whole, totals: new Map([...whole.totals, [key, totalsOf(files)] as const]) })
  const ofAuthor = miners.find(({ uid }) => uid === UID)?.contributions.get(ref.repository.toLowerCase())
  const own = ofAuthor?.pullRequests.find((one) => one.pull.pr_number === pull.pr_number)
  const [missing] = whole?.missing ?? []
  return {
    ...placeOf(pull),
    now: instantText(now),
    in_roster: entry !== undefined,
    counts: whyNot === null,
    why_not: whyNot,
    exceeded,
    ...explainPullRequest(own?.pull ?? pull, files, figures, now, own),
    author_eligibility: ofAuthor === undefined || missing !== undefined ? null : explainEligibility(ofAuthor, figures),
    author_eligibility_unknown: missing?.why ?? null,
    open_pr_spam_multiplier: missing === undefined ? (own?.spam ?? null) : null,
    earned_score: missing === undefined ? (own?.earned ?? 0) : null,
    collateral_score: own?.collateral ?? 0
  }
})
export type PullRequestDocument = Effect.Effect.Success<ReturnType<typeof ofPullRequest>>

/** Everything of one account. */
export const ofMiner = Effect.fn("score.miner")(function* (login: string, now: number) {
  const [contributions, { emission, repositories }] = yield* Effect.all([Contributions, Roster])
  const account = yield* contributions.account(login)
  const id = String(account.id)
  const before = yield* contributions.cost
  const round = yield* loadAndScoreFiles(
    { now, repositories, uids: { [String(UID)]: id }, logins: { [id]: account.login } },
    { includeClosed: true }
  )
  const after = yield* contributions.cost
  const [miner] = minerScores(round)
  const byName = repositoriesOf(repositories)
  const pulls = round.record.pulls[id] ?? []
  const names = Object.keys(repositories).toSorted()
  const parts = names.flatMap((repository) => {
    const figures = byName.get(repository.toLowerCase())
    const score = miner?.contributions.get(repository.toLowerCase())
    const found = miner?.discoveries.get(repository.toLowerCase())
    const own = pulls.filter(({ repo_full_name }) => repo_full_name === repository)
    const missing = round.missing.find((one) => one.repository === repository)
    if (figures === undefined || (own.length === 0 && found === undefined && missing === undefined)) return []
    const discovered = (found?.issues ?? []).reduce((sum, { earned }) => sum + earned, 0)
    return [
      {
        repository,
        emission_share: figures.emission_share,
        incomplete: missing?.why ?? null,
        eligibility: score === undefined ? null : explainEligibility(score, figures),
        issue_discovery:
          found === undefined
            ? null
            : {
                eligible: found.isEligible,
                solved: found.solved,
                valid: found.validSolved,
                closed: found.closed,
                open: found.open,
                credibility: found.credibility,
                total_score: discovered,
                issues: found.issues.map(({ issue, base, earned }) => ({
                  number: issue.issue_number,
                  base_score: base,
                  earned_score: earned
                }))
              },
        pull_requests: own.map((pull) => {
          const scored = score?.pullRequests.find((one) => one.pull === pull)
          const files = round.files.get(pullRequestKey(pull.repo_full_name, pull.pr_number))
          return {
            ...placeOf(pull),
            why_not: whyDropped(pull, byName),
            exceeded: files?.exceeded ?? false,
            ...explainPullRequest(pull, files?.files, figures, now, scored),
            open_pr_spam_multiplier: scored?.spam ?? null,
            earned_score: scored?.earned ?? 0,
            collateral_score: scored?.collateral ?? 0
          }
        })
      }
    ]
  })
  return {
    account: id,
    login: account.login,
    now: instantText(now),
    pools: poolDocuments(emission),
    repositories: parts,
    incomplete: round.missing,
    total_score: parts.reduce((sum, { eligibility }) => sum + (eligibility?.total_score ?? 0), 0),
    questions: after.questions - before.questions,
    points: after.points - before.points
  }
})
export type MinerDocument = Effect.Effect.Success<ReturnType<typeof ofMiner>>
