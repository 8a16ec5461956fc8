/** Ratings at any applied block, computed like validators do: from that block's competitions and registered miners. Pure except for the facts that it collects. */
import type { AccountAddress } from "../../domain/Account.ts"
import { type Competition, type Competitor, endedAt } from "../../domain/Competition.ts"
import { defaultRatingRules } from "../../elo/RatingRules.ts"
import { computeRatings, type Ratings } from "../../elo/ratings.ts"
import { presentHotkey, type Seat, withPresentHotkeys } from "../../elo/seats.ts"

/** A hotkey's tenure of a UID, from a block until another hotkey takes it over. */
export interface Tenure {
  readonly uid: number
  readonly heldFrom: number
  readonly registeredAt: number
  readonly hotkey: AccountAddress
}

export class History {
  private readonly competitions = new Map<number, Competition>()
  private readonly tenures: Array<Tenure> = []

  competition(id: number): Competition | undefined {
    return this.competitions.get(id)
  }

  put(competition: Competition): void {
    this.competitions.set(competition.id, competition)
  }

  /** Call in block order. */
  register(tenure: Tenure): void {
    this.tenures.push(tenure)
  }

  holder(uid: number): AccountAddress | undefined {
    return this.tenures.findLast((tenure) => tenure.uid === uid)?.hotkey
  }

  presentHotkey({ uid, hotkey }: Competitor, startedAt: number): AccountAddress {
    return presentHotkey(
      { uid, hotkey },
      startedAt,
      this.tenures.findLast((tenure) => tenure.uid === uid)
    )
  }

  minersAt(at: number): ReadonlyArray<Seat> {
    const holders = new Map<number, Tenure>()
    for (const tenure of this.tenures) if (tenure.heldFrom <= at) holders.set(tenure.uid, tenure)
    return [...holders.values()]
  }

  /** The competitions with their status at a block. */
  private *competitionsAt(at: number): Iterable<Competition> {
    for (const competition of this.competitions.values()) {
      if (competition.startedAt > at) continue
      const end = endedAt(competition)
      yield end === null || end <= at ? competition : { ...competition, status: { _tag: "Running" } }
    }
  }

  /** The ratings at a block, with all reasons. */
  ratingsAt(at: number): Ratings {
    const miners = this.minersAt(at)
    return computeRatings({ at, competitions: withPresentHotkeys([...this.competitionsAt(at)], miners), miners, explain: "all" })
  }

  /** Forgets settled competitions that no rating at or after block `at` depends on. */
  forgetBefore(at: number, isSettled: (competition: Competition) => boolean): void {
    for (const competition of this.competitions.values()) {
      const end = endedAt(competition)
      if (end === null || end > at - defaultRatingRules.window || !isSettled(competition)) continue
      this.competitions.delete(competition.id)
    }
  }
}
