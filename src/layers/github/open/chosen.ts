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

/** One of the files, and the repository and path where it is. */
export interface ReadFile extends LikeFile {
  readonly repository: string
  readonly path: string
}

/**
 * `choices`: of the file itself; null: GitHub does not show it, and does not prove that there is none. `files`: it, if it is there, and those like it.
 * `file`: what all of them say.
 */
export interface ReadChoices {
  readonly choices: RepositoryChoices | null
  readonly files: ReadonlyArray<ReadFile>
  readonly file: ConsentFile
}

const decodeName = Schema.decodeUnknownOption(RepositoryName)

/** The files at these paths of a repository. */
const readLike = (rest: Pick<Rest, "graphqlAbout">, name: string, paths: ReadonlyArray<string>, whereOf: (path: string) => string) =>
  Effect.gen(function* () {
    const repository = Option.getOrUndefined(decodeName(name))
    const like: Array<ReadFile> = []
    while (repository !== undefined && like.length < paths.length) {
      const left = paths.slice(like.length)
      const { blobs } = yield* readBlobs(
        rest,
        repository,
        left.map((path) => `HEAD:${path}`)
      )
      if (blobs.length === 0) break
      for (const [place, blob] of blobs.entries()) {
        const path = left[place] ?? ""
        const text = blob?.__typename === "Blob" && !blob.isTruncated ? blob.text : null
        like.push({ where: whereOf(path), repository: name, path, choices: readChoices(text) })
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
    const main = { where: CHOICES_FILE, repository: name, path: CHOICES_FILE }
    return {
      choices,
      files: [...(choices === null || answer.choices === null ? [] : [{ ...main, choices }]), ...like],
      file: consentFileOf(choices, like, own !== undefined && homes !== null)
    }
  })
