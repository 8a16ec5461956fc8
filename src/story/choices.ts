/** The choices of an outcome ballot in words, for the terminal and for agents. */
import type { CancelReason, OutcomeChoice } from "../contract-client/generated.ts"
import { costText, reasonText } from "./reasons.ts"

/** Returns an account's display name. */
type NameOf = (account: string) => string

const byAddress: NameOf = (account) => account

/** Why an issue is cancelled or a competition void, with the name of the competitor who was too early: "UID 3 opened a pull request too early". */
const cancelText = (reason: CancelReason, nameOf: NameOf = byAddress): string =>
  reason._tag === "SubmittedTooEarly" ? `${nameOf(reason.hotkey)} opened a pull request too early` : reasonText(reason._tag)

/** A choice in a list of votes: "solved by 5F…, #3", "cancel: it was deleted on GitHub". */
export const choiceText = (choice: OutcomeChoice, nameOf: NameOf = byAddress): string => {
  switch (choice._tag) {
    case "Solved":
      return `solved by ${nameOf(choice.hotkey)}, #${choice.pullRequest}`
    case "Cancelled":
      return `cancel: ${cancelText(choice.reason, nameOf)}`
    case "Unsolved":
      return `unsolved, ${costText(choice)}`
    case "Dissolved":
      return "dissolve the pair"
  }
}
