/**
 * Assigns games to neurons. A hotkey swap costs little more than a fee, and the neuron keeps its UID and its block of registration. So a game belongs
 * to the neuron that played it, under its present hotkey: a new hotkey inherits the rating, the running competitions and the meetings of the old one.
 * All of this is on the chain at one block, so every validator computes the same.
 */
import type { AccountAddress } from "../domain/Account.ts"
import type { Competition, CompetitionStatus, Competitor } from "../domain/Competition.ts"

/** A neuron and the hotkey that it has now. */
export interface Seat {
  readonly uid: number
  readonly hotkey: AccountAddress
  readonly registeredAt: number
}

/** A competitor's present hotkey. A UID that was registered again since the start belongs to somebody else. */
export const presentHotkey = (
  { uid, hotkey }: Pick<Competitor, "uid" | "hotkey">,
  startedAt: number,
  seat: Seat | undefined
): AccountAddress => (seat !== undefined && seat.uid === uid && seat.registeredAt < startedAt ? seat.hotkey : hotkey)

const statusWith = (status: CompetitionStatus, early: (hotkey: AccountAddress) => AccountAddress): CompetitionStatus =>
  status._tag === "Void" && status.reason._tag === "SubmittedTooEarly"
    ? { ...status, reason: { ...status.reason, hotkey: early(status.reason.hotkey) } }
    : status

/** The competitions with each competitor's present hotkey. `seats`: the neurons registered at the block for which ratings are computed. */
export const withPresentHotkeys = (competitions: ReadonlyArray<Competition>, seats: ReadonlyArray<Seat>): ReadonlyArray<Competition> => {
  const byUid = new Map(seats.map((seat) => [seat.uid, seat]))
  return competitions.map((competition) => {
    const { a, b, startedAt, status } = competition
    const ofA = presentHotkey(a, startedAt, byUid.get(a.uid))
    const ofB = presentHotkey(b, startedAt, byUid.get(b.uid))
    if (ofA === a.hotkey && ofB === b.hotkey) return competition
    return {
      ...competition,
      a: { ...a, hotkey: ofA },
      b: { ...b, hotkey: ofB },
      status: statusWith(status, (hotkey) => (hotkey === a.hotkey ? ofA : hotkey === b.hotkey ? ofB : hotkey))
    }
  })
}
