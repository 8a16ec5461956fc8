/** What a ballot on an issue's end can say, in words, for the terminal and for agents. */
import type { CancelReason, OutcomeChoice } from "../contract-client/generated.ts"
import { costText, reasonText } from "./reasons.ts"

/** The name by which an account is told. */
type NameOf = (account: string) => string

const byAddress: NameOf = (account) => account

/** Why an issue is cancelled or a competition void, with the name of who was too early: "UID 3 opened a pull request too early". */
const cancelText = (reason: CancelReason, nameOf: NameOf = byAddress): string =>
  reason._tag === "SubmittedTooEarly" ? `${nameOf(reason.hotkey)} opened a pull request too early` : reasonText(reason._tag)

/** A choice as it stands in a list of votes: "solved by 5F…, #3", "cancel: it was deleted on GitHub". */
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
