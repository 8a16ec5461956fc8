/**
 * Whether GitHub is well. When it is ill, it may answer that repositories do not exist that do. So before a validator believes that one is gone, it asks
 * for one that is known to exist, and looks at GitHub's own status page.
 */
import { type Duration, Effect, Option, Schema } from "effect"
import { RepositoryName } from "../../domain/IssueRef.ts"
import { boundedFetch } from "./client/answers.ts"
import type { Rest } from "./client/rest.ts"
import type { GitHubSettings } from "./settings.ts"

/** GitHub's own example repository, public since 2011. */
const KNOWN_REPOSITORY = RepositoryName.make("octocat/Hello-World")

/** What repositories and issues depend on, by the names of the status page. */
const NEEDED: ReadonlySet<string> = new Set(["API Requests", "Issues", "Git Operations"])

const MAX_BYTES = 1_048_576

const Components = Schema.parseJson(
  Schema.Struct({ components: Schema.Array(Schema.Struct({ name: Schema.String, status: Schema.String })) })
)
const decodeComponents = Schema.decodeUnknownOption(Components)

/** What the page says against GitHub; null if nothing. A page that does not answer proves nothing in GitHub's favour. */
const statusPage = (url: string, timeout: Duration.Duration): Effect.Effect<string | null> =>
  Effect.tryPromise(async (signal) => {
    const response = await boundedFetch(MAX_BYTES)(url, { signal })
    return response.ok ? await response.text() : undefined
  }).pipe(
    Effect.timeout(timeout),
    Effect.option,
    Effect.map((answer) => {
      const page = Option.flatMap(answer, decodeComponents)
      if (Option.isNone(page)) return `GitHub's status page ${url} does not answer`
      const failing = page.value.components.find(({ name, status }) => NEEDED.has(name) && status !== "operational")
      if (failing !== undefined) return `GitHub's status page says of "${failing.name}": ${failing.status}`
      return page.value.components.some(({ name }) => NEEDED.has(name)) ? null : `GitHub's status page ${url} does not name its API`
    })
  )

const knownRepository = (rest: Rest): Effect.Effect<string | null> =>
  rest.repository(KNOWN_REPOSITORY).pipe(
    Effect.map(
      Option.match({
        onNone: () => `GitHub does not find ${KNOWN_REPOSITORY} either`,
        onSome: (found) => (found.private ? `GitHub says that ${KNOWN_REPOSITORY} is private` : null)
      })
    ),
    Effect.catchAll(({ message }) => Effect.succeed(message))
  )

/** Why GitHub's answers of this moment prove little; null if it is well. */
export const conditionOf = (rest: Rest, { statusUrl, timeout }: GitHubSettings): Effect.Effect<string | null> =>
  Effect.map(
    Effect.all([knownRepository(rest), statusUrl === undefined ? Effect.succeed(null) : statusPage(statusUrl, timeout)], {
      concurrency: 2
    }),
    ([repository, status]) => repository ?? status
  )
