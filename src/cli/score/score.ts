/** Explains scores from GitHub's public data: needs a GitHub token, but neither chain nor wallet. */
import { Clock, Effect, Layer, Option } from "effect"
import { InvalidInput } from "../../domain/failures.ts"
import type { IssueRef } from "../../domain/IssueRef.ts"
import { parse } from "../../domain/PullRequestRef.ts"
import * as Roster from "../../layers/chain/roster/Roster.ts"
import * as Contributions from "../../layers/github/contributions/Contributions.ts"
import { gitHubSettings } from "../../layers/github/settings.ts"
import { print } from "../../layers/machine/terminal/output.ts"
import { ofMiner, ofPullRequest } from "../../scoring/oss_contributions/explain/scoreDocuments.ts"
import * as FileScorer from "../../scoring/oss_contributions/score/FileScorer.ts"
import * as PullRequestScores from "../../scoring/oss_contributions/score/PullRequestScores.ts"
import { invalid } from "../shared/options.ts"
import { minerLines, pullRequestLines } from "./scoreText.ts"

/** GitHub's GraphQL API requires a token. */
export const invalidGitHubToken = () =>
  new InvalidInput({
    message: "GitHub shows contributions only to requests with a token: set GITTENSOR_GITHUB_TOKEN (any account's; it needs no scopes)"
  })

export interface ScoreOptions {
  readonly pullRequest: Option.Option<string>
  readonly miner: Option.Option<string>
  readonly roster: Option.Option<string>
  /** Microseconds since 1970. */
  readonly at: Option.Option<number>
  readonly json: boolean
}

/** Missing evidence is no score of zero: the command fails as if GitHub did not answer. */
const incomplete = (operation: string, why: string) =>
  new Contributions.GitHubUnavailable({ operation, why: `${why}; the scores above are incomplete: try again` })

/** The characters of owners' names (domain/IssueRef.ts), and of apps' logins. */
const LOGIN = /^[A-Za-z0-9_-]{1,100}(?:\[bot\])?$/

export const run = (options: ScoreOptions) =>
  Effect.gen(function* () {
    if (Option.isSome(options.pullRequest) === Option.isSome(options.miner))
      return yield* Effect.fail(invalid("name one pull request, as owner/name#42, or --miner and a GitHub login"))
    const ref = Option.isNone(options.pullRequest) ? undefined : yield* parse(options.pullRequest.value)
    const login = Option.getOrElse(options.miner, () => "").replace(/^@/, "")
    if (ref === undefined && !LOGIN.test(login)) return yield* Effect.fail(invalid(`--miner "${login}" is not a GitHub login`))
    yield* explain(options, ref, login).pipe(Effect.provide(Roster.layer(options.roster)))
  })

const services = PullRequestScores.layer.pipe(Layer.provideMerge(Layer.merge(Contributions.layerWithoutReserve, FileScorer.layer())))

/** The roster was validated before, so that GitHub gets no request with an invalid one. */
const explain = Effect.fn("score")(function* (options: ScoreOptions, ref: IssueRef | undefined, login: string) {
  if ((yield* gitHubSettings).tokens.length === 0) return yield* invalidGitHubToken()
  const clock = yield* Clock.currentTimeMillis
  const now = Option.getOrElse(options.at, () => clock * 1_000)
  yield* Effect.gen(function* () {
    if (ref !== undefined) {
      const document = yield* ofPullRequest(ref, now)
      yield* print(options.json, document, pullRequestLines)
      if (document.author_eligibility_unknown !== null)
        return yield* incomplete(`read what ${document.author} has in ${document.repository}`, document.author_eligibility_unknown)
      return
    }
    const document = yield* ofMiner(login, now)
    yield* print(options.json, document, minerLines)
    const [missing] = document.incomplete
    if (missing !== undefined) return yield* incomplete(`read all of ${document.login} in ${missing.repository}`, missing.why)
  }).pipe(Effect.provide(services))
})
