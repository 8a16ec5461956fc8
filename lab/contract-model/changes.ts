/** The owner's changes: announced by the owner, vetoed by validators during the delay, applied by anyone after it. */
import { Either, HashMap, Option } from "effect"
import { bookedOf } from "../../src/contract-client/books.ts"
import type { Change, ContractConfig, ContractError, MessageArguments, Scheduled, Setting } from "../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { least, most } from "../../src/domain/Amount.ts"
import { DUST } from "../../src/domain/Collateral.ts"
import { askChain, longestWait, unlessEnded, unlessShownEnded, writtenAt } from "./ending.ts"
import { checkCancel, checkEdit, closeCancelled, edit } from "./issues.ts"
import { heldBehind } from "./pool.ts"
import type { PendingChange, State } from "./State.ts"
import { ChainTrap, moveStake, stakeOf } from "./Subnet.ts"
import { checkBounds, withSetting } from "./settings.ts"
import { bySubnet, issueOf, onlyOwner, onlyValidator, type Ruled, refuse, type Turn, unless } from "./Turn.ts"
import { fetch, isMovable } from "./treasury.ts"
import { asNoted, note, nothingNoted, sumUp, type Weights, weightOf } from "./weights.ts"

const MOST_WAITING = 16
const MOST_SETTINGS = 17
const MOST_VALIDATORS = 64
const MOST_COLDKEYS = 4
/** Blocks after the delay within which a change must be applied. */
const LAPSES_AFTER = 50_400
/** An offer of ownership lapses after this many blocks: two days. */
const OFFER_LASTS = 14_400

export const cancelIssue = (turn: Turn, { id, reason }: MessageArguments<"cancelIssue">) =>
  schedule(turn, { _tag: "CancelIssue", issue: id, reason })

export const editIssue = (turn: Turn, { id, ...issue }: MessageArguments<"editIssue">) =>
  schedule(turn, { _tag: "EditIssue", issue: id, ...issue })

export const addValidator = (turn: Turn, args: MessageArguments<"addValidator">) => schedule(turn, { _tag: "AddValidator", ...args })

export const removeValidator = (turn: Turn, args: MessageArguments<"removeValidator">) =>
  schedule(turn, { _tag: "RemoveValidator", ...args })

export const setConfig = (turn: Turn, { settings }: MessageArguments<"setConfig">) => schedule(turn, { _tag: "Config", value: settings })

export const setCode = (turn: Turn, args: MessageArguments<"setCode">) => schedule(turn, { _tag: "Code", ...args })

export const proposeOwner = (turn: Turn, args: MessageArguments<"proposeOwner">) => schedule(turn, { _tag: "Owner", ...args })

export const assignRest = (turn: Turn, args: MessageArguments<"assignRest">) => schedule(turn, { _tag: "Rest", ...args })

const schedule = (turn: Turn, what: Change): Ruled<Scheduled> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    const ownerDelay = (yield* movesNoMoney(turn, what)) ? 0 : turn.state.config.ownerDelay
    yield* check(turn, what)
    const applied = ownerDelay === 0
    const isCode = what._tag === "Code"
    yield* unless(applied || isCode || turn.state.waiting.length < MOST_WAITING, "TooManyChanges")
    if (!applied && isCode) yield* lockCode(turn, what.codeHash)
    const change = turn.state.changeCount + 1
    const { woundUpAt } = turn.state
    const isLate = isCode && !applied && woundUpAt !== null
    const appliesFrom = isLate ? lateCodeFrom(turn, woundUpAt) : turn.subnet.block + ownerDelay
    const appliesUntil = appliesFrom + (isLate ? 7 * turn.state.config.day : LAPSES_AFTER)
    turn.state = { ...turn.state, changeCount: change }
    turn.events.push({ _tag: "ChangeAnnounced", change, what, appliesFrom, appliesUntil })
    const pending = { id: change, what, appliesFrom, appliesUntil }
    if (applied) yield* carryOut(turn, change, what)
    else if (isCode) turn.state = { ...turn.state, announcedCode: { change: pending, announcedAt: turn.subnet.block, vetoes: [] } }
    else turn.state = { ...turn.state, waiting: [...turn.state.waiting, pending] }
    return { change, appliesFrom, applied }
  })

/** The first block in which code that is announced now, after the end, applies: all claims can have been paid by then. */
const lateCodeFrom = ({ state: { config }, subnet }: Turn, woundUpAt: number): number =>
  Math.max(subnet.block + 30 * config.day, woundUpAt + 2 * longestWait(config) + 14 * config.day)

/** Whether a change concerns an issue without money, which needs no delay. */
const movesNoMoney = (turn: Turn, what: Change): Ruled<boolean> =>
  what._tag === "CancelIssue" || what._tag === "EditIssue"
    ? Either.map(issueOf(turn, what.issue), ({ funded }) => funded === 0n)
    : Either.right(false)

/** Announced code must be uploaded to the chain, where everybody can read it. The lock keeps it there while the change is pending. */
const lockCode = (turn: Turn, codeHash: string): Ruled<void> => {
  const known = turn.state.announcedCode
  if (known !== null) return refuse({ _tag: "AlreadyAnnounced", change: known.change.id })
  if (codeHash === turn.state.code) throw new ChainTrap("CannotAddSelfAsDelegateDependency")
  if (!turn.subnet.codes.has(codeHash)) throw new ChainTrap("CodeNotFound")
  return Either.void
}

/** Refuses a change that would be invalid now. After the subnet's end, only naming the account for the rest and late code are valid. */
const check = (turn: Turn, what: Change): Ruled<unknown> => Either.flatMap(checkEnd(turn, what), () => checkNow(turn, what))

const checkEnd = (turn: Turn, { _tag }: Change): Ruled<void> => {
  if (_tag === "Code") return turn.state.woundUpAt === null ? unlessShownEnded(turn, 30 * turn.state.config.day) : Either.void
  if (_tag !== "Rest") return unlessEnded(turn)
  return Either.flatMap(writtenAt(turn), (at) => {
    const from = at + 2 * longestWait(turn.state.config) + 1
    return unless(turn.subnet.block >= from, { _tag: "TooEarly", from })
  })
}

const checkNow = (turn: Turn, what: Change): Ruled<unknown> => {
  const { config, contract, validators } = turn.state
  switch (what._tag) {
    case "AddValidator":
      return Either.gen(function* () {
        const { coldkeys, hotkey } = what
        yield* unless(coldkeys.length <= MOST_COLDKEYS, "TooManyColdkeys")
        yield* unless(!coldkeys.some((coldkey) => coldkey === contract || coldkey === config.treasuryColdkey), "TreasuryCannotVote")
        const again = coldkeys.find((coldkey, index) => coldkeys.includes(coldkey, index + 1))
        if (again !== undefined) return yield* refuse({ _tag: "DuplicateColdkey", coldkey: again })
        yield* unless(!validators.some((known) => known.hotkey === hotkey), { _tag: "DuplicateValidator", hotkey })
        yield* unless(validators.length < MOST_VALIDATORS, "ValidatorsFull")
      })
    case "RemoveValidator": {
      const { hotkey } = what
      return unless(
        validators.some((known) => known.hotkey === hotkey),
        { _tag: "UnknownValidator", hotkey }
      )
    }
    case "Config":
      return Either.gen(function* () {
        yield* unless(what.value.length > 0, "NothingToChange")
        yield* unless(what.value.length <= MOST_SETTINGS, "TooManyChanges")
        const wanted = withSettings(turn, what.value)
        yield* checkBounds(wanted, config)
        yield* unless(!validators.some(({ coldkeys }) => coldkeys.includes(wanted.treasuryColdkey)), "TreasuryCannotVote")
      })
    case "Rest":
      return unless(what.to !== contract && what.to !== config.treasuryColdkey, { _tag: "ReservedColdkey", coldkey: what.to })
    case "CancelIssue":
      return checkCancel(turn, what)
    case "EditIssue":
      return checkEdit(turn, what)
    // The code's existence is checked when the change is announced (except in set-up) and when it is applied.
    case "Owner":
    case "Code":
      return Either.void
  }
}

const withSettings = ({ state, subnet }: Turn, settings: ReadonlyArray<Setting>): ContractConfig =>
  settings.reduce((config, setting) => withSetting(config, setting, subnet.block), state.config)

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
        const { announcedCode: code, listings, validators, vetoes } = turn.state
        const listed = listings.filter(({ validator }) => validators.some((known) => known.hotkey === validator))
        turn.state = {
          ...turn.state,
          listings: [...listed, { validator: hotkey, at: turn.subnet.block }],
          validators: [...validators, { hotkey, coldkeys, noted: nothingNoted }],
          // What it voted against when it was on the whitelist before is forgotten.
          vetoes: HashMap.map(vetoes, (voters) => voters.filter((voter) => voter !== hotkey)),
          announcedCode: code === null ? null : { ...code, vetoes: code.vetoes.filter(({ validator }) => validator !== hotkey) }
        }
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
      case "CancelIssue":
        return closeCancelled(turn, yield* checkCancel(turn, what), what.reason)
      case "EditIssue":
        return edit(turn, what, yield* checkEdit(turn, what))
      case "Owner":
        return offer(turn, what.owner)
      case "Rest":
        turn.state = { ...turn.state, restTo: what.to }
        turn.events.push({ _tag: "RestAssigned", to: what.to })
        return
      case "Code":
        yield* unless(turn.subnet.codes.has(what.codeHash), "UnknownCode")
        turn.state = { ...turn.state, code: what.codeHash }
        turn.events.push({ _tag: "CodeChanged", codeHash: what.codeHash })
    }
  })

const offer = (turn: Turn, owner: AccountAddress): void => {
  const until = turn.subnet.block + OFFER_LASTS
  turn.state = { ...turn.state, offer: { owner, until } }
  turn.events.push({ _tag: "OwnerProposed", owner, until })
}

const configure = (turn: Turn, settings: ReadonlyArray<Setting>): Ruled<void> =>
  Either.gen(function* () {
    const config = withSettings(turn, settings)
    const { treasuryColdkey, treasuryHotkey } = turn.state.config
    if (config.treasuryHotkey !== treasuryHotkey || config.treasuryColdkey !== treasuryColdkey) {
      yield* moveTreasury(turn, config.treasuryHotkey, config.treasuryColdkey)
    }
    turn.state = { ...turn.state, config }
    turn.events.push({ _tag: "ConfigChanged", config })
  })

/**
 * Collects the old treasury's earnings and moves the whole pool. Only dust and stake that was neither booked nor collected (a stranger's gift) may
 * stay behind.
 */
const moveTreasury = (turn: Turn, hotkey: AccountAddress, coldkey: AccountAddress): Ruled<void> =>
  Either.gen(function* () {
    const old = turn.state.config
    const before = yield* heldBehind(turn, old.treasuryHotkey)
    const booked = bookedOf(turn.state)
    const surplus = before > booked ? before - booked : 0n
    fetch(turn)
    const left = stakeOf(turn.subnet, old.treasuryHotkey, old.treasuryColdkey)
    let moved = 0n
    if (hotkey !== old.treasuryHotkey) {
      const own = yield* heldBehind(turn, old.treasuryHotkey)
      const there = yield* heldBehind(turn, hotkey)
      let refused: ContractError = { _tag: "TreasuryNotMoved" }
      if (own > 0n) {
        const answer = bySubnet(moveStake(turn.subnet, "moveStake", turn.state.contract, old.treasuryHotkey, hotkey, own))
        if (Either.isRight(answer)) turn.subnet = answer.right
        else refused = answer.left
      }
      const now = yield* heldBehind(turn, hotkey)
      const stays = yield* heldBehind(turn, old.treasuryHotkey)
      moved = now - there
      if (stays > most(surplus, DUST) || moved + stays + DUST < own) {
        // What the chain moves not because it is worth too little stays behind. Free money pays for it, as far as there is any.
        yield* unless(moved === 0n && !isMovable(turn.subnet, own), refused)
        const lost = most(stays - surplus, 0n)
        const aged = least(lost, turn.state.aged)
        turn.state = { ...turn.state, aged: turn.state.aged - aged, fresh: turn.state.fresh - least(lost - aged, turn.state.fresh) }
      }
    }
    turn.events.push({ _tag: "TreasuryMoved", hotkey, coldkey, moved, left })
  })

/** The pending change with this number, or a refusal. */
const waitingOf = ({ state }: Turn, change: number): Ruled<PendingChange> => {
  if (state.announcedCode?.change.id === change) return Either.right(state.announcedCode.change)
  if (change < 1 || change > state.changeCount) return refuse({ _tag: "UnknownChange", change })
  const found = state.waiting.find(({ id }) => id === change)
  return found === undefined ? refuse({ _tag: "ChangeClosed", change }) : Either.right(found)
}

const close = (turn: Turn, change: number): void => {
  const { announcedCode, vetoes, waiting } = turn.state
  turn.state =
    announcedCode?.change.id === change
      ? { ...turn.state, announcedCode: null }
      : { ...turn.state, waiting: waiting.filter(({ id }) => id !== change), vetoes: HashMap.remove(vetoes, change) }
}

/** Refused while those who vetoed the change have more stake in this block than what the others' votes weigh. */
export const apply = (turn: Turn, { change }: MessageArguments<"apply">): Ruled<boolean> =>
  Either.gen(function* () {
    const { appliesFrom, appliesUntil, what } = yield* waitingOf(turn, change)
    const { block } = turn.subnet
    const { announcedCode, woundUpAt } = turn.state
    const isOld = announcedCode?.change.id === change && woundUpAt !== null && announcedCode.announcedAt <= woundUpAt
    yield* unless(!isOld, { _tag: "AnnouncedBefore", change })
    yield* unless(block >= appliesFrom, { _tag: "TooEarly", from: appliesFrom })
    yield* unless(block <= appliesUntil, { _tag: "TooLate", until: appliesUntil })
    yield* check(turn, what)
    const vetoes = vetoesOf(turn.state, change)
    if (vetoes.length > 0) {
      const answered = askChain(turn.state, turn.subnet, 2) !== null
      const { against, others } = opinion(answered ? yield* note(turn) : asNoted(turn.state), what, vetoes)
      yield* unless(against <= others, { _tag: "Vetoed", against, others })
      if (!answered) turn.events.push({ _tag: "StakesUnknown", change })
    }
    close(turn, change)
    yield* carryOut(turn, change, what)
    return true
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

export const withdrawAll = (turn: Turn): void => {
  for (const { id } of pendingOf(turn.state)) withdraw(turn, id)
}

/** All pending changes; code last. */
export const pendingOf = ({ announcedCode, waiting }: State): ReadonlyArray<PendingChange> =>
  announcedCode === null ? waiting : [...waiting, announcedCode.change]

/** The validators that voted against a change. */
export const vetoesOf = ({ announcedCode, vetoes }: State, change: number): ReadonlyArray<AccountAddress> =>
  announcedCode?.change.id === change
    ? announcedCode.vetoes.map(({ validator }) => validator)
    : Option.getOrElse(HashMap.get(vetoes, change), (): ReadonlyArray<AccountAddress> => [])

/** Whether a change removes this validator from the whitelist. Such a validator may not vote on it. */
export const removes = (what: Change, hotkey: string): boolean => what._tag === "RemoveValidator" && what.hotkey === hotkey

interface Opinion {
  /** The stake in this block of those who vetoed. */
  readonly against: bigint
  /** What their votes weigh. */
  readonly weight: bigint
  /** What the votes of all others weigh. */
  readonly others: bigint
}

/** Weighs the vetoes of a change. A validator that the change removes counts on neither side. */
const opinion = (weights: Pick<Weights, "present" | "validators">, what: Change, voters: ReadonlyArray<AccountAddress>): Opinion =>
  weights.validators
    .filter(({ hotkey }) => !removes(what, hotkey))
    .reduce(
      ({ against, others, weight }, { hotkey }) => {
        const own = weightOf(weights, hotkey)
        return voters.includes(hotkey)
          ? { against: sumUp([against, weights.present.get(hotkey) ?? 0n]), weight: sumUp([weight, own]), others }
          : { against, weight, others: sumUp([others, own]) }
      },
      { against: 0n, weight: 0n, others: 0n }
    )

/** Takes a snapshot, and drops the change for good if the vetoes weigh more than half. */
export const drop = (turn: Turn, { change }: MessageArguments<"drop">): Ruled<null> =>
  Either.gen(function* () {
    const { what } = yield* waitingOf(turn, change)
    const { others, weight } = opinion(yield* note(turn), what, vetoesOf(turn.state, change))
    yield* unless(weight > others, { _tag: "NotOutvoted", weight, totalWeight: weight + others })
    close(turn, change)
    turn.events.push({ _tag: "ChangeVetoed", change })
    return null
  })

/** Stores the caller's veto, or removes it; returns whom that leaves. */
const vetoing = (turn: Turn, change: number, against: boolean) =>
  Either.gen(function* () {
    const { caller } = turn
    yield* onlyValidator(turn)
    const { what } = yield* waitingOf(turn, change)
    yield* unless(!removes(what, caller), "OwnRemoval")
    const before = vetoesOf(turn.state, change)
    const others = before.filter((voter) => voter !== caller)
    yield* unless(against || others.length < before.length, "NothingToDo")
    const { announcedCode: code, validators, vetoes } = turn.state
    const voters = against ? [...others.filter((voter) => validators.some(({ hotkey }) => hotkey === voter)), caller] : others
    const kept = code?.vetoes.filter(({ validator }) => validator !== caller && voters.includes(validator)) ?? []
    turn.state =
      code?.change.id === change
        ? { ...turn.state, announcedCode: { ...code, vetoes: against ? [...kept, { validator: caller, at: turn.subnet.block }] : kept } }
        : { ...turn.state, vetoes: HashMap.set(vetoes, change, voters) }
    return { what, voters }
  })

/** Votes against a change. Reads no stake and decides nothing. */
export const veto = (turn: Turn, { change }: MessageArguments<"veto">): Ruled<null> =>
  Either.map(vetoing(turn, change, true), ({ voters, what }) => {
    const { others, weight } = opinion(asNoted(turn.state), what, voters)
    turn.events.push({ _tag: "ChangeVetoVoted", change, validator: turn.caller, weight, totalWeight: weight + others })
    return null
  })

export const withdrawVeto = (turn: Turn, { change }: MessageArguments<"withdrawVeto">): Ruled<null> =>
  Either.map(vetoing(turn, change, false), () => {
    turn.events.push({ _tag: "VetoWithdrawn", change, validator: turn.caller })
    return null
  })
