/** Pausing: the only action of the owner without a delay. */
import { Either } from "effect"
import { onlyOwner, type Ruled, type Turn, unless } from "./Turn.ts"

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
