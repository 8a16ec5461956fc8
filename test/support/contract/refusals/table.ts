/** The errors with which each message refuses: the "refuses" column of the contract's table of messages, one entry per item. */
import { assert, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { type ContractConfig, type ContractError, type MessageName, messages } from "../../../../src/contract-client/generated.ts"
import { world } from "../newWorld.ts"
import type { World } from "../World.ts"

type Refusals = Readonly<Record<string, ReadonlyArray<ContractError["_tag"]>>>

export const table = {
  registerIssue: {
    "bounty < min": ["BountyTooSmall"],
    "bounty > max": ["BountyTooLarge"],
    "a malformed repository": ["MalformedRepository"],
    "number 0": ["ZeroNumber"],
    "a duplicate": ["DuplicateIssue"],
    "whoever is not the owner": ["NotOwner"],
    "while paused": ["Paused"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  cancelIssue: {
    "a running match, which the validators decide": ["CompetitionRunning"],
    "an unknown issue": ["UnknownIssue"],
    "a closed issue": ["IssueClosed"],
    "a reason that only validators can give": ["ReasonNotAllowed"],
    "whoever is not the owner": ["NotOwner"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  editIssue: {
    "a running match, which the validators decide": ["CompetitionRunning"],
    "an unknown issue": ["UnknownIssue"],
    "a closed issue": ["IssueClosed"],
    "what is no issue with a bounty": ["BountyTooSmall", "BountyTooLarge", "MalformedRepository", "ZeroNumber", "DuplicateIssue"],
    "whoever is not the owner": ["NotOwner"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  addValidator: {
    "a full whitelist": ["ValidatorsFull"],
    "a duplicate": ["DuplicateValidator"],
    "five coldkeys": ["TooManyColdkeys"],
    "the same coldkey twice": ["DuplicateColdkey"],
    "a coldkey whose stake is the bounties' money": ["TreasuryCannotVote"],
    "whoever is not the owner": ["NotOwner"]
  },
  removeValidator: {
    "an unknown validator": ["UnknownValidator"],
    "whoever is not the owner": ["NotOwner"]
  },
  setConfig: {
    "what is out of bounds": ["ConfigOutOfBounds"],
    "no setting and more than seventeen": ["NothingToChange", "TooManyChanges"],
    "a seventeenth change that waits": ["TooManyChanges"],
    "a treasury that somebody may have a key to": ["TreasuryNotKeyless", "TreasuryHotkeyNotDerived"],
    "a treasury whose coldkey backs a validator": ["TreasuryCannotVote"],
    "beside changes that another edition wrote": ["UnreadableCell"],
    "whoever is not the owner": ["NotOwner"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  setCode: {
    "code that the chain does not know": ["UnknownCode"],
    "code that is announced already": ["AlreadyAnnounced"],
    "whoever is not the owner": ["NotOwner"]
  },
  apply: {
    "too early": ["TooEarly"],
    "too late": ["TooLate"],
    "what those have more against than the others weigh": ["Vetoed"],
    "what was vetoed": ["ChangeClosed"],
    "a treasury that the money does not follow to": ["TreasuryNotMoved", "Subtensor"],
    "what was applied or withdrawn": ["ChangeClosed"],
    "code that an earlier edition announced": ["AnnouncedBefore"],
    "code that was announced before the end was written": ["AnnouncedBefore"],
    "what is possible no more": [
      "DuplicateValidator",
      "UnknownValidator",
      "ValidatorsFull",
      "ConfigOutOfBounds",
      "CompetitionRunning",
      "IssueClosed",
      "DuplicateIssue"
    ],
    "an unknown change": ["UnknownChange"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  withdrawChange: {
    "what was applied, vetoed or withdrawn": ["ChangeClosed"],
    "an unknown change": ["UnknownChange"],
    "whoever is not the owner": ["NotOwner"]
  },
  veto: {
    "an unknown change": ["UnknownChange"],
    "whom the change removes": ["OwnRemoval"],
    "what was applied, vetoed or withdrawn": ["ChangeClosed"],
    "whoever is not a validator": ["NotAValidator"]
  },
  withdrawVeto: {
    "who has not voted": ["NothingToDo", "NotAValidator"]
  },
  drop: {
    "what no majority is against": ["NotOutvoted"],
    "what does not wait": ["ChangeClosed", "UnknownChange"]
  },
  proposeOwner: {
    "whoever is not the owner": ["NotOwner"]
  },
  acceptOwnership: {
    "whoever was not proposed": ["NotProposedOwner"],
    "an offer that has lapsed": ["OfferLapsed"]
  },
  withdrawOffer: {
    "when there is none": ["NoOffer"],
    "whoever is not the owner": ["NotOwner"]
  },
  pause: {
    "while paused": ["Paused"],
    "whoever is not the owner": ["NotOwner"]
  },
  unpause: {
    "while not paused": ["NotPaused"],
    "whoever is not the owner": ["NotOwner"]
  },
  attestEnrolled: {
    "an issue that is not Open": ["IssueNotOpen"],
    "a wrong round": ["WrongRound"],
    "too late": ["TooLate"],
    "an unknown issue": ["UnknownIssue"],
    "whoever is not a validator": ["NotAValidator"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  renewAttestations: {
    "whoever is not a validator": ["NotAValidator"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  votePair: {
    "an issue that is not Open": ["IssueNotOpen"],
    "a wrong round": ["WrongRound"],
    "too early": ["TooEarly"],
    "a UID without an attested majority": ["NotAttested"],
    "the same hotkey or the same coldkey": ["SameHotkey", "SameColdkey"],
    "the same UID or none of the subnet": ["SameUid", "UidOutOfRange"],
    "a competitor already in max matches": ["TooManyCompetitions"],
    "too little collateral": ["TooLittleCollateral"],
    "a competitor that is the contract or the treasury": ["ReservedHotkey", "ReservedColdkey"],
    "while the contract is being set up": ["InSetup"],
    "while paused": ["Paused"],
    "an unknown issue": ["UnknownIssue"],
    "whoever is not a validator": ["NotAValidator"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  voteOutcome: {
    "a solver who is not a competitor": ["NotACompetitor"],
    "before submissions_from": ["TooEarly"],
    "pull request 0": ["ZeroNumber"],
    "a solution where nobody competes": ["NoRunningCompetition"],
    "a reason that does not fit": ["ReasonNotAllowed", "NotACompetitor"],
    "that nobody solved it before the deadline has passed": ["TooEarly"],
    "to dissolve where nobody competes": ["NoRunningCompetition"],
    "a closed issue": ["IssueClosed"],
    "an unknown issue": ["UnknownIssue"],
    "whoever is not a validator": ["NotAValidator"],
    "once the subnet has ended": ["SubnetEnded"],
    "a wait after the end was written": ["TooLate"]
  },
  withdrawOutcomeVote: {
    "when there is none": ["NothingToDo"],
    "a closed issue": ["IssueClosed"],
    "an unknown issue": ["UnknownIssue"],
    "whoever is not a validator": ["NotAValidator"]
  },
  settle: {
    "what has no quorum, or not for the whole wait": ["NothingToSettle"],
    "a closed issue": ["IssueClosed"],
    "an unknown issue": ["UnknownIssue"],
    "once the subnet has ended": ["SubnetEnded"],
    "a solution before the end is written": ["SubnetEnded"],
    "two waits after the end was written": ["TooLate"]
  },
  noteWeights: {
    "when there is nothing new": ["NothingToDo"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  payTo: {
    "an unknown match": ["UnknownCompetition"],
    "whoever is no competitor's coldkey": ["NotACompetitorsColdkey"],
    "who has lost, or was paid": ["NotSolved", "CompetitionOver", "AlreadyPaid"],
    "a payee that cannot be paid": ["ReservedColdkey"]
  },
  depositCollateral: {
    "amount 0": ["ZeroAmount"],
    "while the contract is being set up": ["InSetup"],
    "stake behind the treasury's hotkey": ["ReservedHotkey"],
    "what does not arrive": ["CollateralNotReceived"],
    "what the chain does not transfer": ["Subtensor"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  withdrawCollateral: {
    "amount 0": ["ZeroAmount"],
    "what is locked": ["CollateralLocked"],
    "more than there is": ["NotEnoughCollateral"],
    "more than the contract has": ["NotEnoughHeld"],
    "what the chain does not transfer": ["PaymentRefused", "PaymentIncomplete"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  harvest: {
    "when there is nothing to do": ["NothingToDo"],
    "a treasury that gives nothing": ["TreasuryTransferFailed"],
    "a treasury that it is no proxy of": ["ProxyCallFailed"],
    "what the chain does not recycle, when there is nothing else to do": ["Subtensor", "NothingRecycled", "NotEnoughHeld"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  expire: {
    "too early": ["TooEarly"],
    "a match that is over": ["CompetitionOver"],
    "a match whose end can be settled": ["OutcomeStands"],
    "an unknown match": ["UnknownCompetition"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  payout: {
    "what is already paid": ["AlreadyPaid"],
    "an issue without a winner": ["NotSolved"],
    "an unknown issue": ["UnknownIssue"],
    "more than the contract has": ["NotEnoughHeld"],
    "what the chain does not transfer": ["PaymentRefused"],
    "once the subnet has ended": ["SubnetEnded"]
  },
  windUp: {
    "while the subnet goes on": ["SubnetGoesOn"],
    "within a day of the first time": ["TooEarly"],
    "when it is written": ["NothingToDo"]
  },
  claim: {
    "while the subnet goes on": ["SubnetGoesOn"],
    "before the end is written": ["EndNotWritten"],
    "what is no claim, or has been paid": ["UnknownIssue", "NotSolved", "AlreadyPaid", "NothingToClaim"],
    "the rest before somebody is named": ["RestUnassigned"],
    "what the chain does not transfer": ["TransferRefused"]
  },
  assignRest: {
    "while the subnet goes on": ["SubnetGoesOn"],
    "before the end is written": ["EndNotWritten"],
    "while a solution may be settled": ["TooEarly"],
    "whoever cannot use it": ["ReservedColdkey"],
    "whoever is not the owner": ["NotOwner"]
  }
} as const satisfies { readonly [Name in MessageName]?: Refusals }

export type Table = typeof table

/**
 * Tests one entry on a new chain. `World.refused` and `World.answerIn` assert that the refusals change nothing. Fails unless the message was refused
 * with every error of the entry.
 */
export const refuses = <Message extends keyof Table>(
  message: Message,
  refusal: keyof Table[Message] & string,
  body: (chain: World) => Effect.Effect<void, Error>,
  settings: Effect.Effect<Partial<ContractConfig>> = Effect.succeed({})
): void =>
  it.scopedLive(`${messages[message].label} refuses ${refusal}`, () =>
    Effect.gen(function* () {
      const chain = yield* world(yield* settings)
      const seen = new Set<string>()
      const label: string = message
      yield* body({
        ...chain,
        refused: (who, name, args) =>
          Effect.tap(chain.refused(who, name, args), (error) => {
            if (name === label) seen.add(error._tag)
          }),
        answerIn: (block, who, name, args) =>
          Effect.tap(chain.answerIn(block, who, name, args), (answer) => {
            if (name === label && Either.isLeft(answer)) seen.add(answer.left._tag)
          })
      })
      const entries: Refusals = table[message]
      assert.includeMembers([...seen], [...(entries[refusal] ?? [])])
    })
  )

export const equal = (actual: ContractError, expected: ContractError): void => assert.deepStrictEqual(actual, expected)
