/** What to do about a refusal of the contract: it says what was wrong, and which command helps. */
import type { ContractError } from "../contract-client/generated.ts"
import { formatAlpha } from "../domain/Amount.ts"
import { boundsOf, settingNamed } from "../owner/settings.ts"

const boundsAdvice = (field: string): string => {
  const name = settingNamed(field)
  return name === undefined ? `check ${field}` : `${name} must be ${boundsOf(name)}`
}

/** What the person at the command line can do; nothing when the contract's own sentence says all. */
export const adviceOn = (error: ContractError): string | undefined => {
  switch (error._tag) {
    case "NotOwner":
      return 'sign with the owner\'s coldkey: "gittensor owner config show" names the owner'
    case "NotProposedOwner":
      return 'sign with the account it was offered to: "gittensor owner config show" names it'
    case "NotAValidator":
      return 'sign with the hotkey of a validator: see "gittensor owner validators list"'
    case "UnknownIssue":
      return 'see "gittensor mine issues --all"'
    case "IssueClosed":
      return 'nothing is left to do: see "gittensor mine issues --all"'
    case "CompetitionRunning":
      return "wait until the competition expires, or until the validators have cancelled it"
    case "ReasonNotAllowed":
      return "give another --reason"
    case "UnknownValidator":
    case "DuplicateValidator":
      return 'see "gittensor owner validators list"'
    case "ValidatorsFull":
      return 'take one off first: "gittensor owner validators remove"'
    case "TooManyColdkeys":
      return "give --coldkey at most 4 times"
    case "DuplicateColdkey":
      return "name each --coldkey once"
    case "ConfigOutOfBounds":
      return boundsAdvice(error.value._tag)
    case "BountyTooSmall":
      return `give --bounty ${formatAlpha(error.minimum)} or more`
    case "MalformedRepository":
      return "write the issue as owner/name#42"
    case "DuplicateIssue":
      return `it is issue ${error.issue}: see "gittensor mine issues"`
    case "TooEarly":
      return `try again from block ${error.from} on`
    case "Paused":
      return 'the owner ends it with "gittensor owner unpause"'
    case "NotPaused":
      return "there is nothing to end"
    case "ProxyCallFailed":
    case "TreasuryTransferFailed":
      return 'see who may act for the treasury: "gittensor owner treasury"'
    default:
      return undefined
  }
}
