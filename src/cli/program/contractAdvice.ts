/** Advice on what to do when the contract refuses a call. */
import type { ContractError, SubtensorError } from "../../contract-client/generated.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { boundsOf, settingNamed } from "../../roles/owner/settings.ts"

const boundsAdvice = (field: string): string => {
  const name = settingNamed(field)
  return name === undefined ? `check ${field}` : `${name} must be ${boundsOf(name)}`
}

const subtensorAdvice = (error: SubtensorError): string | undefined => {
  switch (error._tag) {
    case "AmountTooLow":
      return "the chain moves no stake that is worth less than 0.002 TAO, and its rounding may take a few rao of what you name: give a larger amount"
    case "RateLimitExceeded":
      return "try again in a few blocks"
    case "HotkeyNotRegisteredInSubnet":
    case "NotRegistered":
      return "register the hotkey on the subnet first"
    case "NotEnoughStakeToWithdraw":
      return "there is not that much stake behind the hotkey: the chain's rounding may have taken a rao or two"
    case "RuntimeError":
      return 'nothing is lost: "gittensor owner treasury" says whether transfers are switched off; stake may be locked; an account with stake behind 128 other hotkeys gets none here, so name another: "gittensor mine payee"'
    default:
      return undefined
  }
}

/** Advice for the user; `undefined` if the contract's own message is sufficient. */
export const adviceOn = (error: ContractError): string | undefined => {
  switch (error._tag) {
    case "NotOwner":
      return 'sign with the owner\'s coldkey: see "gittensor owner config show"'
    case "NotProposedOwner":
      return 'sign with the account that it was offered to: see "gittensor owner config show"'
    case "NotAValidator":
      return 'sign with the hotkey of a validator: see "gittensor owner validators list"'
    case "UnknownIssue":
      return 'see "gittensor mine issues --all"'
    case "IssueClosed":
      return 'there is nothing left to do: see "gittensor mine issues --all"'
    case "CompetitionRunning":
      return "wait until the match expires or the validators cancel it"
    case "ReasonNotAllowed":
      return "give another --reason"
    case "UnknownValidator":
    case "DuplicateValidator":
      return 'see "gittensor owner validators list"'
    case "ValidatorsFull":
      return 'remove one first: "gittensor owner validators remove"'
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
      return `it is registered as issue ${error.issue}: see "gittensor mine issues"`
    case "TooEarly":
      return `try again at block ${error.from} or later`
    case "SubnetEnded":
      return 'claim what you are owed in TAO: "gittensor mine claim"'
    case "NothingToClaim":
      return "it can be claimed again if more TAO comes"
    case "RestUnassigned":
      return 'the owner names an account with "gittensor owner assign-rest"'
    case "TransferRefused":
      return "an account that does not exist yet takes no less than the chain's existential deposit: try again when there is more"
    case "Paused":
      return 'the owner ends it with "gittensor owner unpause"'
    case "NotPaused":
      return "there is nothing to unpause"
    case "TooLate":
      return `the last possible block was ${error.until}`
    case "UnknownChange":
    case "ChangeClosed":
      return 'see "gittensor owner changes list"'
    case "TooManyChanges":
      return 'see "gittensor owner changes list", and withdraw one with "gittensor owner changes withdraw"'
    case "NothingToChange":
      return "name a setting, such as challengePeriod=2d"
    case "UnknownCode":
      return 'upload it with "gittensor owner upgrade FILE.contract"'
    case "ZeroAmount":
      return "give an amount above 0"
    case "TooLittleCollateral":
      return `${formatAlpha(error.required)} alpha of collateral must be free: deposit more with "gittensor mine collateral deposit"`
    case "CollateralLocked":
      return `${formatAlpha(error.free)} alpha are free: see "gittensor mine collateral show"`
    case "NotEnoughCollateral":
      return `${formatAlpha(error.deposited)} alpha are deposited: see "gittensor mine collateral show"`
    case "ReservedHotkey":
      return "name your own hotkey"
    case "BountyTooLarge":
      return `give --bounty ${formatAlpha(error.maximum)} or less`
    case "InSetup":
      return 'the owner ends the set-up with "gittensor owner config set owner-delay=1d"'
    case "AlreadyAnnounced":
      return `it is change ${error.change}: see "gittensor owner changes list"`
    case "OfferLapsed":
    case "NoOffer":
      return 'the owner can offer it with "gittensor owner transfer-ownership"'
    case "TreasuryNotKeyless":
    case "TreasuryHotkeyNotDerived":
      return 'make a treasury with "gittensor owner new-treasury"'
    case "PaymentRefused":
      return subtensorAdvice(error.error) ?? "nothing is lost: try again later"
    case "NotACompetitorsColdkey":
      return "sign with the coldkey that the competitor had when the match started"
    case "PaymentIncomplete":
      return "nothing is lost: try again later"
    case "CollateralNotReceived":
      return "check that your coldkey has stake behind this hotkey, and that the hotkey is registered on the subnet; try another amount"
    case "TreasuryNotMoved":
      return 'check that the new treasury\'s hotkey is registered on the subnet; "gittensor owner new-treasury" registers one'
    case "NotEnoughHeld":
      return 'nothing is lost: the next harvest makes up for it; see "gittensor owner treasury"'
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
    // Their own messages are sufficient, or only a validator's daemon meets them.
    case "ZeroNumber":
    case "WrongRound":
    case "UidOutOfRange":
    case "NotAttested":
    case "SameUid":
    case "SameHotkey":
    case "SameColdkey":
    case "TooManyCompetitions":
    case "NothingToDo":
    case "NothingToSettle":
    case "OutcomeStands":
    case "OwnRemoval":
    case "ReservedColdkey":
      return undefined
  }
}
