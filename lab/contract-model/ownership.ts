/** The contract's owner: an offer of ownership lapses, and only who it was made to may accept it. */
import { Either } from "effect"
import { withdrawAll } from "./changes.ts"
import { onlyOwner, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

export const acceptOwnership = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    const { caller, state, subnet } = turn
    if (state.offer?.owner !== caller) return yield* refuse("NotProposedOwner")
    const { until } = state.offer
    yield* unless(subnet.block <= until, { _tag: "OfferLapsed", until })
    withdrawAll(turn)
    turn.state = { ...turn.state, owner: caller, offer: null }
    turn.events.push({ _tag: "OwnerChanged", previous: state.owner, owner: caller })
    return null
  })

export const withdrawOffer = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    const { offer } = turn.state
    if (offer === null) return yield* refuse("NoOffer")
    turn.state = { ...turn.state, offer: null }
    turn.events.push({ _tag: "OfferWithdrawn", owner: offer.owner })
    return null
  })
