/** The miners of the consensus study: their true earnings, and who holds which UID. */
import type { JudgedNeuron } from "../../../src/domain/Electorate.ts"
import { divideInProportion } from "../../../src/rules/weights/divided.ts"
import type { Random } from "../random.ts"
import { addressNamed } from "./reports.ts"

const WHOLE_PPM = 1_000_000n

/** In arbitrary units. The two best miners are nearly equal; the others are spread below them. */
const BEST_MINER = 20_000
const NEXT_MINER = 300

interface Seat {
  readonly uid: number
  /** Counts how often the UID changed hands. */
  readonly holder: number
  /** Its earnings in an epoch, in arbitrary units. */
  readonly work: number
}

export class World {
  private seats: ReadonlyArray<Seat>

  /** UID 0 recycles its emission and earns nothing. */
  constructor(
    private readonly random: Random,
    miners: number
  ) {
    this.seats = Array.from({ length: miners }, (_, uid) => ({
      uid,
      holder: 0,
      work: uid === 0 ? 0 : uid <= 2 ? BEST_MINER : random.below(BEST_MINER >> 1)
    }))
  }

  /** Varies each miner's work from one epoch to the next. */
  work(): void {
    this.seats = this.seats.map((seat) =>
      seat.uid === 0 ? seat : { ...seat, work: Math.max(0, seat.work + this.random.below(2 * NEXT_MINER + 1) - NEXT_MINER) }
    )
  }

  /** Replaces a miner in the lower half of UIDs with a newcomer. */
  replaceOne(): void {
    const gone = 3 + this.random.below(this.seats.length - 3)
    this.seats = this.seats.map((seat) => (seat.uid === gone ? { ...seat, holder: seat.holder + 1, work: 0 } : seat))
  }

  get uids(): ReadonlyArray<number> {
    return this.seats.map(({ uid }) => uid)
  }

  /** The neurons with the chain's consensus of each hotkey, in parts of 65,535. */
  neurons(consensus: ReadonlyMap<string, number>): ReadonlyArray<JudgedNeuron> {
    return this.seats.map(({ uid, holder }) => {
      const hotkey = addressNamed(`miner ${uid}.${holder}`)
      return { uid, hotkey, consensus: consensus.get(hotkey) ?? 0 }
    })
  }

  /** What each UID earned, in parts per million. */
  get truth(): ReadonlyArray<number> {
    return divideInProportion(
      this.seats.map(({ work }) => BigInt(work)),
      WHOLE_PPM
    ).map(Number)
  }
}
