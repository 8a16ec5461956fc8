/**
 * Where GitHub is and how patiently it is asked.
 */
import { Config, Duration, type Redacted } from "effect"

export interface Settings {
  readonly url: string
  /** Used in turn, so that their rate limits add up. None: GitHub is asked as anybody may (60 times an hour, no GraphQL). */
  readonly tokens: ReadonlyArray<Redacted.Redacted>
  /** One request is given up after this. */
  readonly timeout: Duration.Duration
  /** A whole operation with its repetitions and waits is given up rather than last longer. */
  readonly patience: Duration.Duration
  /** The first pause before a repetition; each further one is twice as long. */
  readonly pause: Duration.Duration
  /** For so long what an account is to a repository is not asked again. Default 6 hours. */
  readonly associationsFresh?: Duration.Duration
  /** For so long whether an issue is open is not asked again, where a recent answer will do. Default 10 minutes. */
  readonly issuesFresh?: Duration.Duration
  /** The share of each rate limit that contributions leave to other questions. Default a fifth. */
  readonly reserve?: number
  /** Bytes of a pull request's texts that are loaded at most. Default 64 MiB. */
  readonly textBytes?: number
  /** How many answers are remembered with their ETag. Default 1,000. */
  readonly remembered?: number
}

/** Tokens are separated by commas. */
export const settings: Config.Config<Settings> = Config.all({
  url: Config.string("GITTENSOR_GITHUB_URL").pipe(
    Config.withDefault("https://api.github.com"),
    Config.validate({ message: "GITTENSOR_GITHUB_URL must be an http address such as https://api.github.com", validation: URL.canParse }),
    Config.map((url) => url.replace(/\/+$/, ""))
  ),
  tokens: Config.array(Config.redacted(Config.nonEmptyString()), "GITTENSOR_GITHUB_TOKEN").pipe(Config.withDefault([])),
  timeout: Config.duration("GITTENSOR_GITHUB_TIMEOUT").pipe(Config.withDefault(Duration.seconds(15))),
  patience: Config.duration("GITTENSOR_GITHUB_PATIENCE").pipe(Config.withDefault(Duration.seconds(60))),
  pause: Config.duration("GITTENSOR_GITHUB_PAUSE").pipe(Config.withDefault(Duration.millis(400)))
})
