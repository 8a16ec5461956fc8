/** Formats accounts and names from the chain for people. */

/** A shortened address. Titles show the whole one. */
export const shortAccount = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`

/** "SubmittedTooEarly" as "submitted too early". */
export const spaced = (name: string): string =>
  name
    .replaceAll("_", " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()

/** "IssueRegistered" as "Issue registered". */
export const sentence = (name: string): string => {
  const text = spaced(name)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The hue of an account's colour, in degrees. */
export const hueOf = (account: string): number => {
  let hash = 0
  for (const letter of account) hash = (hash * 31 + letter.charCodeAt(0)) % 360
  return hash
}

const REASONS: Readonly<Record<string, string>> = {
  Owner: "the owner cancelled it",
  NotPlanned: "it was closed as not planned",
  Duplicate: "it is a duplicate of another issue",
  Deleted: "it was deleted on GitHub",
  Transferred: "it was moved to another repository",
  RepositoryGone: "its repository is gone",
  SolvedOutside: "somebody outside the competition solved it",
  SubmittedTooEarly: "a competitor opened its pull request before the submission window was over",
  Reverted: "the solution was reverted before the payment",
  PaymentImpossible: "the chain refuses to pay the winner"
}

export const reasonText = (tag: string): string => REASONS[tag] ?? spaced(tag)

export const gitHubIssue = (repository: string, number: number): string => `https://github.com/${repository}/issues/${number}`
export const gitHubPull = (repository: string, number: number): string => `https://github.com/${repository}/pull/${number}`
export const gitHubAccount = (login: string): string => `https://github.com/${login}`
