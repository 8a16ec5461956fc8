/**
 * Checks whether GitHub works. During an outage it may answer 404 for repositories that exist (docs/world.md). So before a validator believes that
 * one is gone, it requests one that is known to exist, and reads GitHub's status page.
 */
import { Duration, Effect, Option, Schema } from "effect"
import { RepositoryName } from "../../domain/IssueRef.ts"
import { MAX_NESTING } from "../../domain/nesting.ts"
import { strangersBytes } from "../../domain/strangersBytes.ts"
import { answerTo } from "../machine/http/boundedAnswer.ts"
import type { Rest } from "./client/rest.ts"
import type { GitHubSettings } from "./settings.ts"

/** GitHub's own example repository, public since 2011. */
const KNOWN_REPOSITORY = RepositoryName.make("octocat/Hello-World")

/** The components on which repositories and issues depend, by their names on the status page. */
const NEEDED_COMPONENTS: ReadonlySet<string> = new Set(["API Requests", "Issues", "Git Operations"])

const statusPages = strangersBytes({
  what: "GitHub's status page",
  writtenBy: "the company that runs the page",
  readIn: "this process",
  limits: { bytes: 1_048_576, time: Duration.seconds(15), redirects: 3, gzip: true, nesting: MAX_NESTING },
  test: "test/http/strangers/servers.test.ts"
})

const Components = Schema.parseJson(
  Schema.Struct({ components: Schema.Array(Schema.Struct({ name: Schema.String, status: Schema.String })) })
)
const decodeComponents = Schema.decodeUnknownOption(Components)

/** The outage that the status page reports; null if none. A page that does not answer reports nothing. */
const statusPage = (url: string, timeout: Duration.Duration): Effect.Effect<string | null> =>
  answerTo({ url }, { ...statusPages.limits, time: timeout }).pipe(
    Effect.option,
    Effect.map((answer) => {
      const page = Option.flatMap(answer, ({ status, bytes }) =>
        status === 200 ? decodeComponents(bytes.toString("utf8")) : Option.none()
      )
      if (Option.isNone(page)) return `GitHub's status page ${url} does not answer`
      const failing = page.value.components.find(({ name, status }) => NEEDED_COMPONENTS.has(name) && status !== "operational")
      if (failing !== undefined) return `GitHub's status page says of "${failing.name}": ${failing.status}`
      return page.value.components.some(({ name }) => NEEDED_COMPONENTS.has(name))
        ? null
        : `GitHub's status page ${url} does not name its API`
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

/** Why GitHub's answers prove little at present; null if it works. */
export const conditionOf = (rest: Rest, { statusUrl, timeout }: GitHubSettings): Effect.Effect<string | null> =>
  Effect.map(
    Effect.all([knownRepository(rest), statusUrl === undefined ? Effect.succeed(null) : statusPage(statusUrl, timeout)], {
      concurrency: 2
    }),
    ([repository, status]) => repository ?? status
  )
