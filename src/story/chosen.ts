/** What a repository's people chose, as its page shows it: what was read, from where, and what it means, so that a typo is seen. */
import { type ConsentRecord, consentOf } from "../domain/consent.ts"
import { onOneLine } from "../domain/onOneLine.ts"
import { CHOICES_FILE, type RepositoryChoices } from "../domain/repositoryChoices.ts"

interface ReadFile {
  readonly repository: string
  readonly path: string
  readonly choices: RepositoryChoices
}

/** What one file means. `of`: the repository that is asked about. */
const saysOf = ({ choices, path, repository }: ReadFile, of: string): ReadonlyArray<string> => {
  const { ai, bounties, comments, labels, problem, refusal, repository: named, test, unknown } = choices
  if (problem !== null) return [`It cannot be read, which counts as a no: ${problem}`]
  if (bounties === false) return [`"${refusal ?? "bounties: false"}": no bounties`]
  if (path !== CHOICES_FILE || repository !== of)
    return [`It does not refuse bounties, and anything else counts only in ${CHOICES_FILE} at the root of ${of}`]
  const isForIt = named !== null && named.toLowerCase() === of.toLowerCase()
  return [
    bounties === null
      ? "It neither asks for bounties nor refuses them"
      : isForIt
        ? '"bounties: true": bounties are welcome'
        : `"bounties: true" has no effect here: ${named === null ? `there is no line "repository: ${of}"` : `the file is for ${named}`}`,
    ...(comments
      ? [isForIt && bounties === true ? '"comments: true": comments and statuses' : '"comments: true" needs "bounties: true"']
      : []),
    ...(ai === null ? [] : [`"ai: ${ai}"`]),
    ...(labels === null ? [] : [`labels that ask for a bounty: ${labels.join(", ")}`]),
    ...(test === null ? [] : [`its tests are run by: ${test}`]),
    ...(unknown.length === 0 ? [] : [`keys that have no effect here: ${unknown.join(", ")}`])
  ]
}

/** `files`: `.gittensor.yml` and files like it, as they were read. */
export const chosenText = (record: Omit<ConsentRecord, "issue">, files: ReadonlyArray<ReadFile>) => {
  const consent = consentOf({ ...record, issue: null })
  const meaning =
    consent._tag === "Asked"
      ? `Bounties are welcome: ${consent.because}`
      : consent._tag === "Refused"
        ? `No bounties: ${consent.because}`
        : consent._tag === "Unknown"
          ? `It is not known whether bounties are refused: ${consent.because}`
          : "Its files and settings neither ask for bounties nor refuse them"
  return {
    meaning: onOneLine(meaning),
    files: files.map((file) => ({ repository: file.repository, path: file.path, says: saysOf(file, record.repository).map(onOneLine) }))
  }
}
