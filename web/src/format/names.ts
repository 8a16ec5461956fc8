/** Formats accounts and names from the chain for people. */
import { spacedName } from "../../../src/story/reasons.ts"

export { shortAccount } from "../../../src/story/names.ts"
export { costText, reasonText, spacedName as spaced } from "../../../src/story/reasons.ts"

/** "IssueRegistered" as "Issue registered". */
export const sentence = (name: string): string => {
  const text = spacedName(name)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A setting of the contract, "slashBps" as "Slash": the value shows the unit. The phase has the name that it has everywhere. */
export const settingName = (name: string): string =>
  name === "submissionWindow" ? "No pull requests yet" : sentence(name.replace(/Bps$/, ""))
