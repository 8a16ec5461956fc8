/** Reads since when a repository's people refuse bounties, by `.gittensor.yml` or a file like it. */
import { Effect, Either, Schema } from "effect"
import { branchHistory, nodes, shownEntries, Time } from "../../../domain/github/answerParts.ts"
import { RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { CHOICES_FILE } from "../../../domain/repositoryChoices.ts"
import { refusedSinceIn } from "../../../rules/contributions/fromGitHub/refusedSince.ts"
import { type GraphqlError, isHome, type Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import { chosenFields, readChosen } from "../open/chosen.ts"
import { ChoicesAnswer } from "../open/queries.ts"

/** The newest commits of the default branch that changed a file, until a time, with the file after each. */
export const VERSIONS = /* GraphQL */ `
query FileVersions($owner: String!, $name: String!, $path: String!, $until: GitTimestamp!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef {
      target {
        __typename
        ... on Commit {
          history(first: 20, path: $path, until: $until) {
            nodes { committedDate file(path: $path) { object { __typename ... on Blob { text isTruncated } } } }
          }
        }
      }
    }
  }
}`

const File = Schema.Struct({ text: Schema.optional(Schema.NullOr(Schema.String)), isTruncated: Schema.optional(Schema.Boolean) })

const VersionsAnswer = branchHistory(
  nodes(Schema.Struct({ committedDate: Time, file: Schema.NullOr(Schema.Struct({ object: Schema.NullOr(File) })) }))
)

const MICROSECONDS = 1_000

/** The versions of a file, newest first. `text`: null where it is no text; undefined where there is no file. */
const readVersions = (rest: Rest, repository: RepositoryName, path: string, until: string) => {
  const { owner, repo: name } = splitRepository(repository)
  const operation = `read the versions of ${path} in ${repository}`
  return Effect.map(rest.graphql(operation, VERSIONS, { owner, name, path, until }, VersionsAnswer), (answer) =>
    shownEntries(answer.repository?.defaultBranchRef?.target?.history.nodes).map(({ committedDate, file }) => ({
      at: committedDate * MICROSECONDS,
      text: file === null ? undefined : file.object?.isTruncated === true ? null : (file.object?.text ?? null)
    }))
  )
}

/** What the people of repositories chose. The nth is named by the variables `owner<n>` and `name<n>`. */
export const choicesQuery = (count: number) => {
  const all = Array.from({ length: count }, (_, place) => place)
  return /* GraphQL */ `
query ChoicesOfSome(${all.map((place) => `$owner${place}: String!, $name${place}: String!`).join(", ")}) {
  ${all.map((place) => `repository${place}: repository(owner: $owner${place}, name: $name${place}) { ...Choices }`).join("\n  ")}
}
fragment Choices on Repository { nameWithOwner isArchived ${chosenFields()} }`
}

/** By alias, `repository<n>`. */
const ChoicesOfSome = Schema.Record({ key: Schema.String, value: ChoicesAnswer.fields.repository })
type ChosenRepository = typeof ChoicesAnswer.fields.repository.Type

/** GitHub's error for a repository, or an account's repository `.github`, that it does not show. */
const isMissing = ({ type, path = [] }: GraphqlError) => type === "NOT_FOUND" && (path.length === 1 || isHome(path))

/** Repositories of one request. */
const ASKED_AT_ONCE = 25

const refusedSinceOf = (rest: Rest, found: ChosenRepository, now: number) =>
  Effect.gen(function* () {
    if (found === null) return null
    const { choices, files } = yield* readChosen(rest, found.nameWithOwner, found)
    // An empty repository has no root.
    if (choices === null && found.root !== null)
      return yield* new GitHubUnavailable({
        operation: `read the choices of ${found.nameWithOwner}`,
        why: `GitHub does not show ${CHOICES_FILE}, and does not show that there is none`
      })
    const refusing = files.filter(({ choices }) => choices.bounties === false)
    const until = new Date(now / MICROSECONDS).toISOString()
    const since = yield* Effect.forEach(refusing, ({ path, repository: where }) =>
      Effect.map(
        Effect.flatMap(rest.understand(`read ${where}`, RepositoryName, where), (place) => readVersions(rest, place, path, until)),
        refusedSinceIn
      )
    )
    const known = since.flatMap((one) => one ?? [])
    return known.length === 0 ? null : Math.min(...known)
  })

/**
 * Since when the people of each of these repositories refuse bounties, as of `now`; null: they do not, or GitHub does not show the repository. Times are microseconds
 * since 1970, by the committers' clocks, so that all validators see the same. One request for 25 repositories, and one more for each file that refuses.
 */
export const readRefusals = Effect.fn("GitHub.refusals")(function* (rest: Rest, repositories: ReadonlyArray<RepositoryName>, now: number) {
  const since = new Map<string, Either.Either<number | null, GitHubUnavailable>>()
  const askFor = (some: ReadonlyArray<RepositoryName>) => ({
    query: choicesQuery(some.length),
    variables: Object.fromEntries(
      some.flatMap((repository, place) => {
        const { owner, repo } = splitRepository(repository)
        return [
          [`owner${place}`, owner],
          [`name${place}`, repo]
        ]
      })
    )
  })
  const readSome = (some: ReadonlyArray<RepositoryName>) =>
    Effect.gen(function* () {
      const { about, answer } = yield* rest.graphqlAbout(`read the choices of ${some.join(", ")}`, some, askFor, ChoicesOfSome, isMissing)
      for (const [place, repository] of about.entries())
        since.set(repository, yield* Effect.either(refusedSinceOf(rest, answer[`repository${place}`] ?? null, now)))
      return about.length
    })
  for (let read = 0; read < repositories.length; ) {
    const some = repositories.slice(read, read + ASKED_AT_ONCE)
    // What fails for some may be one repository's.
    const alone = Effect.forEach(some, (one) =>
      Effect.catchAll(readSome([one]), (why) => Effect.sync(() => since.set(one, Either.left(why))))
    )
    read += yield* Effect.catchAll(readSome(some), () => Effect.as(alone, some.length))
  }
  return since
})
