/** Reads what maintainers chose in `.gittensor.yml`, and in files like it under other names or in the account's repository `.github`. */
import { Effect, Option, Schema } from "effect"
import { type ConsentFile, consentFileOf, type LikeFile } from "../../../domain/consent.ts"
import type { Chosen } from "../../../domain/github/ConsentAnswers.ts"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import { CHOICES_FILE, type RepositoryChoices, readChoices } from "../../../domain/repositoryChoices.ts"
import { choicesOf, likePathsIn } from "../../../rules/verdicts/fromGitHub/choices.ts"
import { readBlobs } from "../client/blobs.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"

/** What is read of a repository to know what its maintainers chose. A test validates it against GitHub's schema. */
export const chosenFields = (when = "") => {
  const tree = `${when} { __typename ... on Tree { oid entries { mode nameRaw oid } } }`
  const trees = `root: object(expression: "HEAD:")${tree} folder: object(expression: "HEAD:.github")${tree}`
  return `choices: object(expression: "HEAD:${CHOICES_FILE}") { __typename ... on Blob { text isTruncated } }
    ${trees}
    owner { home: repository(name: ".github")${when} { nameWithOwner ${trees} } }`
}

/** `choices`: of the file itself; null: GitHub does not show it, and does not prove that there is none. `file`: with those like it. */
export interface ReadChoices {
  readonly choices: RepositoryChoices | null
  readonly file: ConsentFile
}

const decodeName = Schema.decodeUnknownOption(RepositoryName)

/** The files like it among these paths. */
const readLike = (rest: Pick<Rest, "graphqlAbout">, name: string, paths: ReadonlyArray<string>, whereOf: (path: string) => string) =>
  Effect.gen(function* () {
    const repository = Option.getOrUndefined(decodeName(name))
    const like: Array<LikeFile> = []
    while (repository !== undefined && like.length < paths.length) {
      const left = paths.slice(like.length)
      const { blobs } = yield* readBlobs(
        rest,
        repository,
        left.map((path) => `HEAD:${path}`)
      )
      if (blobs.length === 0) break
      for (const [place, blob] of blobs.entries()) {
        const text = blob?.__typename === "Blob" && !blob.isTruncated ? blob.text : null
        like.push({ where: whereOf(left[place] ?? ""), choices: readChoices(text) })
      }
    }
    return like
  })

/** Takes no request, unless there are files like it: then one for each repository. */
export const readChosen = (rest: Pick<Rest, "graphqlAbout">, name: string, answer: Chosen): Effect.Effect<ReadChoices, GitHubUnavailable> =>
  Effect.gen(function* () {
    const choices = choicesOf(answer)
    const home = answer.owner?.home
    // An empty repository has no root.
    const homes = home == null || home.root === null ? [] : likePathsIn(home)
    const own = likePathsIn(answer)?.filter((path) => path !== CHOICES_FILE)
    const like = [
      ...(yield* readLike(rest, name, own ?? [], (path) => path)),
      ...(home == null ? [] : yield* readLike(rest, home.nameWithOwner, homes ?? [], (path) => `${path} in ${home.nameWithOwner}`))
    ]
    return { choices, file: consentFileOf(choices, like, own !== undefined && homes !== null) }
  })
