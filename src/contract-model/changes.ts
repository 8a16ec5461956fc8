/** The owner's changes: announced by the owner, vetoed by validators during the delay, applied by anyone after it. */
import { Either, HashMap, Option } from "effect"
import type { Change, ContractError, MessageArguments, Scheduled, Setting } from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"
import type { PendingChange, State } from "./State.ts"
import { moveStake, stakeOf } from "./Subnet.ts"
import { checkBounds, withSetting } from "./settings.ts"
import { bySubnet, isShare, liveWeights, onlyOwner, onlyValidator, type Ruled, refuse, type Turn, unless, weightOf } from "./Turn.ts"
import { heldBehind, pull } from "./treasury.ts"

const MOST_WAITING = 16
const MOST_SETTINGS = 16
const MOST_VALIDATORS = 64
const MOST_COLDKEYS = 4
/** Blocks after the delay within which a change must be applied. */
const LAPSES_AFTER = 50_400
/** A veto needs a majority, whatever the quorum of other ballots. */
const VETO_BPS = 5_001

export const addValidator = (turn: Turn, args: MessageArguments<"addValidator">) => schedule(turn, { _tag: "AddValidator", ...args })

export const removeValidator = (turn: Turn, args: MessageArguments<"removeValidator">) =>
  schedule(turn, { _tag: "RemoveValidator", ...args })

export const setConfig = (turn: Turn, { settings }: MessageArguments<"setConfig">) => schedule(turn, { _tag: "Config", value: settings })

export const setCode = (turn: Turn, args: MessageArguments<"setCode">) => schedule(turn, { _tag: "Code", ...args })

export const proposeOwner = (turn: Turn, args: MessageArguments<"proposeOwner">) => schedule(turn, { _tag: "Owner", ...args })

const schedule = (turn: Turn, what: Change): Ruled<Scheduled> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    yield* check(turn, what)
    const { ownerDelay } = turn.state.config
    const applied = ownerDelay === 0
    yield* unless(applied || turn.state.waiting.length < MOST_WAITING, "TooManyChanges")
    const change = turn.state.changeCount + 1
    const appliesFrom = turn.subnet.block + ownerDelay
    const appliesUntil = appliesFrom + LAPSES_AFTER
    turn.state = { ...turn.state, changeCount: change }
    turn.events.push({ _tag: "ChangeAnnounced", change, what, appliesFrom, appliesUntil })
    if (applied) yield* carryOut(turn, change, what)
    else turn.state = { ...turn.state, waiting: [...turn.state.waiting, { id: change, what, appliesFrom, appliesUntil }] }
    return { change, appliesFrom, applied }
  })

/** Refuses a change that would be invalid now. */
const check = (turn: Turn, what: Change): Ruled<void> => {
  const { config, contract, validators } = turn.state
  switch (what._tag) {
    case "AddValidator":
      return Either.gen(function* () {
        yield* unless(what.coldkeys.length <= MOST_COLDKEYS, "TooManyColdkeys")
        yield* unless(!what.coldkeys.some((coldkey) => coldkey === contract || coldkey === config.treasuryColdkey), "TreasuryCannotVote")
        yield* unless(new Set(what.coldkeys).size === what.coldkeys.length, "DuplicateColdkey")
        yield* unless(!validators.some(({ hotkey }) => hotkey === what.hotkey), "DuplicateValidator")
        yield* unless(validators.length < MOST_VALIDATORS, "ValidatorsFull")
      })
    case "RemoveValidator":
      return unless(
        validators.some(({ hotkey }) => hotkey === what.hotkey),
        "UnknownValidator"
      )
    case "Config":
      return Either.gen(function* () {
        yield* unless(what.value.length > 0, "NothingToChange")
        yield* unless(what.value.length <= MOST_SETTINGS, "TooManyChanges")
        yield* checkBounds(what.value.reduce(withSetting, config), config, contract)
      })
    // Whether the code exists is checked when the change is applied.
    case "Owner":
    case "Code":
      return Either.void
  }
}

const carryOut = (turn: Turn, change: number, what: Change): Ruled<void> =>
  Either.gen(function* () {
    yield* carry(turn, what)
    turn.events.push({ _tag: "ChangeApplied", change })
  })

const carry = (turn: Turn, what: Change): Ruled<void> =>
  Either.gen(function* () {
    switch (what._tag) {
      case "AddValidator": {
        const { coldkeys, hotkey } = what
        turn.state = { ...turn.state, validators: [...turn.state.validators, { hotkey, coldkeys }] }
        turn.events.push({ _tag: "ValidatorAdded", hotkey, coldkeys })
        return
      }
      case "RemoveValidator": {
        const { hotkey } = what
        turn.state = { ...turn.state, validators: turn.state.validators.filter((known) => known.hotkey !== hotkey) }
        turn.events.push({ _tag: "ValidatorRemoved", hotkey })
        return
      }
      case "Config":
        return yield* configure(turn, what.value)
      case "Owner":
        turn.state = { ...turn.state, proposedOwner: what.owner }
        turn.events.push({ _tag: "OwnerProposed", owner: what.owner })
        return
      case "Code":
        yield* unless(turn.subnet.codes.has(what.codeHash), "UnknownCode")
        turn.events.push({ _tag: "CodeChanged", codeHash: what.codeHash })
    }
  })

const configure = (turn: Turn, settings: ReadonlyArray<Setting>): Ruled<void> =>
  Either.gen(function* () {
    const config = settings.reduce(withSetting, turn.state.config)
    const { treasuryColdkey, treasuryHotkey } = turn.state.config
    if (config.treasuryHotkey !== treasuryHotkey || config.treasuryColdkey !== treasuryColdkey) {
      yield* moveTreasury(turn, config.treasuryHotkey, config.treasuryColdkey)
    }
    turn.state = { ...turn.state, config }
    turn.events.push({ _tag: "ConfigChanged", config })
  })

/** Collects the old treasury's earnings and moves the contract's own stake. Afterwards the booked amount must be behind the new hotkey. */
const moveTreasury = (turn: Turn, hotkey: AccountAddress, coldkey: AccountAddress): Ruled<void> =>
  Either.gen(function* () {
    const old = turn.state.config
    yield* pull(turn)
    const left = stakeOf(turn.subnet, old.treasuryHotkey, old.treasuryColdkey)
    let moved = 0n
    if (hotkey !== old.treasuryHotkey) {
      const own = yield* heldBehind(turn, old.treasuryHotkey)
      const there = yield* heldBehind(turn, hotkey)
      let refused: ContractError = { _tag: "TreasuryNotMoved" }
      if (own > 0n) {
        const answer = bySubnet(moveStake(turn.subnet, turn.state.contract, old.treasuryHotkey, hotkey, own))
        if (Either.isRight(answer)) turn.subnet = answer.right
        else refused = answer.left
      }
      const now = yield* heldBehind(turn, hotkey)
      moved = now - there
      const booked = turn.state.allocated + turn.state.unallocated
      // Rounding losses of the chain before the move must not block it.
      yield* unless(now >= booked || now >= own + there, refused)
    }
    turn.events.push({ _tag: "TreasuryMoved", hotkey, coldkey, moved, left })
  })

/** The pending change with this number. */
const waitingOf = ({ state }: Turn, change: number): Ruled<PendingChange> => {
  if (change < 1 || change > state.changeCount) return refuse("UnknownChange")
  const found = state.waiting.find(({ id }) => id === change)
  return found === undefined ? refuse("ChangeClosed") : Either.right(found)
}

const close = (turn: Turn, change: number): void => {
  turn.state = {
    ...turn.state,
    waiting: turn.state.waiting.filter(({ id }) => id !== change),
    vetoes: HashMap.remove(turn.state.vetoes, change)
  }
}

export const apply = (turn: Turn, { change }: MessageArguments<"apply">): Ruled<null> =>
  Either.gen(function* () {
    const { appliesFrom, appliesUntil, what } = yield* waitingOf(turn, change)
    const { block } = turn.subnet
    yield* unless(block >= appliesFrom, { _tag: "TooEarly", from: appliesFrom })
    yield* unless(block <= appliesUntil, { _tag: "TooLate", until: appliesUntil })
    yield* check(turn, what)
    close(turn, change)
    yield* carryOut(turn, change, what)
    return null
  })

const withdraw = (turn: Turn, change: number): void => {
  close(turn, change)
  turn.events.push({ _tag: "ChangeWithdrawn", change })
}

export const withdrawChange = (turn: Turn, { change }: MessageArguments<"withdrawChange">): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    yield* waitingOf(turn, change)
    withdraw(turn, change)
    return null
  })

/** The validators that voted against a change. */
export const vetoesOf = ({ vetoes }: State, change: number): ReadonlyArray<AccountAddress> =>
  Option.getOrElse(HashMap.get(vetoes, change), (): ReadonlyArray<AccountAddress> => [])

export const veto = (turn: Turn, { change }: MessageArguments<"veto">): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyValidator(turn)
    yield* waitingOf(turn, change)
    const voters = [...vetoesOf(turn.state, change).filter((voter) => voter !== turn.caller), turn.caller]
    turn.state = { ...turn.state, vetoes: HashMap.set(turn.state.vetoes, change, voters) }
    const weights = yield* liveWeights(turn.state, turn.subnet)
    const weight = weightOf(weights, voters)
    turn.events.push({ _tag: "ChangeVetoVoted", change, validator: turn.caller, weight, totalWeight: weights.total })
    if (!isShare(weight, weights.total, VETO_BPS)) return null
    close(turn, change)
    turn.events.push({ _tag: "ChangeVetoed", change })
    return null
  })

export const acceptOwnership = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    const { caller } = turn
    const { owner, proposedOwner, waiting } = turn.state
    yield* unless(caller === proposedOwner, "NotProposedOwner")
    for (const { id } of waiting) withdraw(turn, id)
    turn.state = { ...turn.state, owner: caller, proposedOwner: null }
    turn.events.push({ _tag: "OwnerChanged", previous: owner, owner: caller })
    return null
  })
