/** What to do about a refusal of the contract: it says what was wrong, and which command helps. */
import type { ContractError, SubtensorError } from "../../contract-client/generated.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { boundsOf, settingNamed } from "../../owner/settings.ts"

const boundsAdvice = (field: string): string => {
  const name = settingNamed(field)
  return name === undefined ? `check ${field}` : `${name} must be ${boundsOf(name)}`
}

const subtensorAdvice = (error: SubtensorError): string | undefined => {
  switch (error._tag) {
    case "AmountTooLow":
      return "the chain moves no stake as small as that: give a larger amount"
    case "RateLimitExceeded":
      return "try again some blocks later"
    case "HotkeyNotRegisteredInSubnet":
    case "NotRegistered":
      return "register the hotkey on the subnet first"
    case "NotEnoughStakeToWithdraw":
      return "there is less stake behind the hotkey"
    default:
      return undefined
  }
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
    case "TooLate":
      return `block ${error.until} was the last one`
    case "UnknownChange":
    case "ChangeClosed":
      return 'see "gittensor owner changes list"'
    case "TooManyChanges":
      return 'see "gittensor owner changes list", and take one back with "gittensor owner changes withdraw"'
    case "NothingToChange":
      return "name a setting, like challengePeriod=2d"
    case "UnknownCode":
      return 'give its .contract file to "gittensor owner upgrade", which uploads it'
    case "ZeroAmount":
      return "give an amount above 0"
    case "TooLittleCollateral":
      return `${formatAlpha(error.required)} alpha must be free: "gittensor mine collateral deposit"`
    case "CollateralLocked":
      return `${formatAlpha(error.free)} alpha are free: see "gittensor mine collateral show"`
    case "NotEnoughCollateral":
      return `${formatAlpha(error.deposited)} alpha are deposited: see "gittensor mine collateral show"`
    case "CollateralBehindTreasury":
      return "name your own hotkey"
    case "CollateralNotReceived":
      return "is your coldkey's stake behind this hotkey, and is the hotkey registered on the subnet?"
    case "TreasuryNotMoved":
      return 'is the new treasury\'s hotkey registered on the subnet? "gittensor owner new-treasury" makes one that is'
    case "NothingSlashed":
    case "NothingRecycled":
      return 'see "gittensor owner treasury"'
    case "TreasuryCannotVote":
      return "name other coldkeys with --coldkey"
    case "ProxyCallFailed":
    case "TreasuryTransferFailed":
      return 'see who may act for the treasury: "gittensor owner treasury"'
    case "Subtensor":
      return subtensorAdvice(error.value)
    case "IssueNotOpen":
    case "NoRunningCompetition":
    case "CompetitionOver":
    case "UnknownCompetition":
    case "NotACompetitor":
    case "NotSolved":
    case "AlreadyPaid":
      return 'see "gittensor mine issues --all"'
    // What these say is all there is to say, or only the daemon of a validator meets them.
    case "ZeroNumber":
    case "WrongRound":
    case "UidOutOfRange":
    case "NotAttested":
    case "SameUid":
    case "SameHotkey":
    case "SameColdkey":
    case "TooManyCompetitions":
    case "NothingToDo":
    case "NotEnoughHeld":
    case "Overflow":
      return undefined
  }
}
