/**
 * Whether a repository's maintainers accept a bounty on an issue: one answer from GitHub's record, used by registration, suggestions, attestations,
 * pairs, verdicts, scores and everything that is shown.
 */
import { Schema } from "effect"
import { CHOICES_FILE, type RepositoryChoices } from "./repositoryChoices.ts"

/** What somebody said about a bounty on the issue, by a label or a line of a comment. */
export const Word = Schema.Struct({
  by: Schema.Literal("label", "comment"),
  says: Schema.Literal("yes", "no"),
  /** The label, or the line. */
  text: Schema.String,
  /** Empty: GitHub does not show who. */
  login: Schema.String,
  /** Milliseconds since 1970. */
  at: Schema.Int,
  /** Whether it counts, as a word of the project's people; null: GitHub does not show who said it. */
  isProjects: Schema.NullOr(Schema.Boolean)
})
export interface Word extends Schema.Schema.Type<typeof Word> {}

/** The contents of `.gittensor.yml`, or of a file like it, which counts if it says no (`where`). `repository`: the repository that the file is for, since forks and templates inherit files. */
export const ConsentFile = Schema.Union(
  /** GitHub shows no file, and does not prove that there is none. */
  Schema.TaggedStruct("Unknown", {}),
  /** null: there is no file, or it does not set the key. */
  Schema.TaggedStruct("Written", { bounties: Schema.NullOr(Schema.Literal(true)), repository: Schema.NullOr(Schema.String) }),
  /** It says no by this line. */
  Schema.TaggedStruct("Refuses", { says: Schema.String, where: Schema.optional(Schema.String) }),
  Schema.TaggedStruct("Unreadable", { problem: Schema.String, where: Schema.optional(Schema.String) })
)
export type ConsentFile = typeof ConsentFile.Type

/** The choices in a file like `.gittensor.yml`, under another name or in the account's repository `.github`; `where`: in words. */
export interface LikeFile {
  readonly where: string
  readonly choices: RepositoryChoices
}

const refusalIn = ({ bounties, problem, refusal }: RepositoryChoices, where?: string): ConsentFile | undefined => {
  const place = where === undefined ? {} : { where }
  if (problem !== null) return { _tag: "Unreadable", problem, ...place }
  if (refusal !== null) return { _tag: "Refuses", says: refusal, ...place }
  return bounties === false ? { _tag: "Refuses", says: "bounties: false", ...place } : undefined
}

/**
 * What the file says about bounties. `choices` is null if GitHub shows no file and does not prove that there is none. `like`: the files like it, of which
 * GitHub proves that it shows them all (`isWhole`). Any of them may say no, only the file itself yes.
 */
export const consentFileOf = (choices: RepositoryChoices | null, like: ReadonlyArray<LikeFile> = [], isWhole = true): ConsentFile => {
  const refusals = [choices === null ? undefined : refusalIn(choices), ...like.map((one) => refusalIn(one.choices, one.where))]
  const refusal = refusals.find((one) => one !== undefined)
  if (refusal !== undefined) return refusal
  if (choices === null || !isWhole) return { _tag: "Unknown" }
  return { _tag: "Written", bounties: choices.bounties === true ? true : null, repository: choices.repository }
}

/** GitHub's data on a repository and an issue in it. `issue`: null if only the repository matters. */
export const ConsentRecord = Schema.Struct({
  /** `owner/name` today. */
  repository: Schema.String,
  isArchived: Schema.Boolean,
  /** Whose pull requests it takes, where not everybody's. */
  takes: Schema.optional(Schema.Literal("none", "collaborators'")),
  /** Whether its people told the subnet's owner that they want no bounties: the roster says so. */
  isOnRefusals: Schema.optional(Schema.Boolean),
  file: ConsentFile,
  issue: Schema.NullOr(
    Schema.Struct({
      /** By somebody who does not compete; null: GitHub does not show who locked it. */
      isLocked: Schema.NullOr(Schema.Boolean),
      /** Without those of competitors. */
      words: Schema.Array(Word)
    })
  )
})
export interface ConsentRecord extends Schema.Schema.Type<typeof ConsentRecord> {}

/** `because` is a part of a sentence, such as "its .gittensor.yml says bounties: false". */
export const Consent = Schema.Union(
  Schema.TaggedStruct("Asked", { because: Schema.String }),
  Schema.TaggedStruct("Silent", {}),
  Schema.TaggedStruct("Refused", { because: Schema.String }),
  /** GitHub hides the data that decides. Nothing changes because of it, unless people have to decide: somebody said no, and it is not shown who. */
  Schema.TaggedStruct("Unknown", { because: Schema.String, isForPeople: Schema.Boolean })
)
export type Consent = typeof Consent.Type

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** The record with the roster's refusals: names of repositories. `known`: the name under which the issue is registered. */
export const withRefusals = (record: ConsentRecord, refusals: ReadonlyArray<string>, known = record.repository): ConsentRecord =>
  refusals.some((one) => isSame(one, record.repository) || isSame(one, known)) ? { ...record, isOnRefusals: true } : record

/** The newest word of these; of two at one time, the no. */
const newestOf = (words: ReadonlyArray<Word>): Word | undefined =>
  words.toSorted((one, other) => other.at - one.at || Number(other.says === "no") - Number(one.says === "no"))[0]

const refused = (because: string): Consent => ({ _tag: "Refused", because })
const unknown = (because: string, isForPeople = false): Consent => ({ _tag: "Unknown", because, isForPeople })

const saidBy = ({ by, login, text }: Word): string => (by === "label" ? `${login} set the label "${text}"` : `${login} wrote "${text}"`)

/** Why nobody knows whether the project's people said no on the issue; undefined if it is known. `word`: their newest one that counts. */
const doubtOn = (issue: ConsentRecord["issue"], word: Word | undefined): string | undefined => {
  if (issue?.isLocked === null) return "GitHub does not show who locked the issue"
  const no = newestOf((issue?.words ?? []).filter(({ isProjects, says }) => isProjects === null && says === "no"))
  return no !== undefined && no.at >= (word?.at ?? 0) ? `GitHub does not show who set the label "${no.text}", or took it off` : undefined
}

/** The answer for a record. A refusal wins over everything, and unknown data over a yes, because what GitHub does not show may say no. */
export const consentOf = (record: ConsentRecord): Consent => {
  const { file, isArchived, issue, repository, takes } = record
  if (record.isOnRefusals === true) return refused("its people told the subnet's owner so")
  if (isArchived) return refused("it is archived")
  if (takes !== undefined) return refused(takes === "none" ? "it takes no pull requests" : "it takes pull requests of collaborators only")
  if (file._tag === "Unreadable") return refused(`its ${file.where ?? CHOICES_FILE} cannot be read: ${file.problem}`)
  if (file._tag === "Refuses") return refused(`its ${file.where ?? CHOICES_FILE} says "${file.says}"`)
  if (issue?.isLocked === true) return refused("the issue is locked")
  const word = newestOf((issue?.words ?? []).filter(({ isProjects }) => isProjects === true))
  if (word?.says === "no") return refused(saidBy(word))
  const doubt = doubtOn(issue, word)
  if (doubt !== undefined) return unknown(doubt, true)
  if (file._tag === "Unknown") return unknown(`GitHub does not show whether it has a ${CHOICES_FILE}, or files like it`)
  if (word !== undefined) return { _tag: "Asked", because: `${saidBy(word)}, and may push there` }
  if (file._tag === "Written" && file.bounties !== null && file.repository !== null && isSame(file.repository, repository))
    return { _tag: "Asked", because: `its ${CHOICES_FILE} says "bounties: true" for ${repository}` }
  return { _tag: "Silent" }
}
