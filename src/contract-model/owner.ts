/** What the owner may do, and how the contract changes hands. */
import { Either } from "effect"
import type { MessageArguments } from "../contract-client/generated.ts"
import { onlyOwner, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

/** How many validators there may be, and how many coldkeys each may name. */
const MOST_VALIDATORS = 64
const MOST_COLDKEYS = 4

export const addValidator = (turn: Turn, { coldkeys, hotkey }: MessageArguments<"addValidator">): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    yield* unless(coldkeys.length <= MOST_COLDKEYS, "TooManyColdkeys")
    yield* unless(new Set(coldkeys).size === coldkeys.length, "DuplicateColdkey")
    yield* unless(!turn.state.validators.some((known) => known.hotkey === hotkey), "DuplicateValidator")
    yield* unless(turn.state.validators.length < MOST_VALIDATORS, "ValidatorsFull")
    turn.state = { ...turn.state, validators: [...turn.state.validators, { hotkey, coldkeys }] }
    turn.events.push({ _tag: "ValidatorAdded", hotkey, coldkeys })
    return null
  })

export const removeValidator = (turn: Turn, { hotkey }: MessageArguments<"removeValidator">): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    const left = turn.state.validators.filter((known) => known.hotkey !== hotkey)
    yield* unless(left.length < turn.state.validators.length, "UnknownValidator")
    turn.state = { ...turn.state, validators: left }
    turn.events.push({ _tag: "ValidatorRemoved", hotkey })
    return null
  })

export const pause = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    yield* unless(!turn.state.paused, "Paused")
    turn.state = { ...turn.state, paused: true }
    turn.events.push({ _tag: "Paused" })
    return null
  })

export const unpause = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    yield* unless(turn.state.paused, "NotPaused")
    turn.state = { ...turn.state, paused: false }
    turn.events.push({ _tag: "Unpaused" })
    return null
  })

export const proposeOwner = (turn: Turn, { owner }: MessageArguments<"proposeOwner">): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    turn.state = { ...turn.state, proposedOwner: owner }
    turn.events.push({ _tag: "OwnerProposed", owner })
    return null
  })

export const acceptOwnership = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    const { caller, state } = turn
    if (state.proposedOwner === null || caller !== state.proposedOwner) return yield* refuse("NotProposedOwner")
    turn.state = { ...state, owner: caller, proposedOwner: null }
    turn.events.push({ _tag: "OwnerChanged", previous: state.owner, owner: caller })
    return null
  })
