/** GitHub's address, the version of its REST API, the tokens, and time limits. */
import { Config, Duration, Option, type Redacted } from "effect"
import { GITHUB, gitHubUrl } from "../git/operatorsServer.ts"
import { gitHubAnswers } from "./client/answers.ts"

/** The version of GitHub's REST API that requests ask for. GitHub has promised to serve it until March 2028 at least. */
const API_VERSION = "2022-11-28"

export const apiVersionHeader = (version: string = API_VERSION) => ({ "x-github-api-version": version })

export interface GitHubSettings {
  readonly url: string
  /** The version of the REST API to ask for. Default 2022-11-28. */
  readonly apiVersion?: string
  /** Used in turn, so that their rate limits add up. Without a token GitHub allows 60 requests an hour and no GraphQL. */
  readonly tokens: ReadonlyArray<Redacted.Redacted>
  /** Time limit of one HTTP request. */
  readonly timeout: Duration.Duration
  /** Time limit of a whole operation, retries and waits included. */
  readonly patience: Duration.Duration
  /** The pause before the first retry; it doubles with each further one. */
  readonly pause: Duration.Duration
  /** The JSON of GitHub's status page that lists its components. Undefined: there is none, as for an Enterprise server or a stand-in. */
  readonly statusUrl?: string | undefined
  /** How long to cache an account's association with a repository. Default 6 hours. */
  readonly associationsFresh?: Duration.Duration
  /** How long to cache that an issue is open, for callers that accept a recent answer. Default 10 minutes. */
  readonly issuesFresh?: Duration.Duration
  /** The share of each rate limit, from 0 to 1, that loading contributions leaves to other requests. Default 0.2. */
  readonly reserve?: number
  /** The most bytes of text to load for one pull request. Default 64 MiB. */
  readonly textBytes?: number
  /** In kilobytes, by GitHub's count. Files of larger repositories are requested from GitHub instead of a clone. Default: no limit. */
  readonly largestClone?: number
  /** For how long an answer beyond the newest 1,000 is cached by its ETag after its last use. Default: not at all. */
  readonly answersUnused?: Duration.Duration
}

const GITHUB_STATUS = "https://www.githubstatus.com/api/v2/components.json"

/** Reads GITTENSOR_GITHUB_URL, _TOKEN (one or several, separated by commas), _TIMEOUT, _PATIENCE, _PAUSE and _STATUS_URL. */
export const gitHubSettings: Config.Config<GitHubSettings> = Config.all({
  url: gitHubUrl,
  tokens: Config.array(Config.redacted(Config.nonEmptyString()), "GITTENSOR_GITHUB_TOKEN").pipe(Config.withDefault([])),
  timeout: Config.duration("GITTENSOR_GITHUB_TIMEOUT").pipe(Config.withDefault(gitHubAnswers.limits.time)),
  patience: Config.duration("GITTENSOR_GITHUB_PATIENCE").pipe(Config.withDefault(Duration.seconds(60))),
  pause: Config.duration("GITTENSOR_GITHUB_PAUSE").pipe(Config.withDefault(Duration.millis(400))),
  statusUrl: Config.option(
    Config.string("GITTENSOR_GITHUB_STATUS_URL").pipe(
      Config.validate({ message: "GITTENSOR_GITHUB_STATUS_URL must be an http address", validation: URL.canParse })
    )
  )
}).pipe(
  Config.map(({ statusUrl, ...settings }) => ({
    ...settings,
    statusUrl: Option.getOrElse(statusUrl, () => (settings.url === GITHUB ? GITHUB_STATUS : undefined))
  }))
)
