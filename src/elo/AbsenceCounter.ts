/**
 * Counts absences for all miners at once. It implements the rule of `absencesOf`, which handles one miner, for 32 miners in each machine word: a
 * million opportunities take a tenth of a second instead of several seconds. Integers only.
 *
 * A miner's lane is its UID. The number of opportunities that it missed has four bits. Each bit is stored in its own word, together with the same
 * bit of 31 other miners, and counting stops at the limit. The start of a period is looked up only when the period may be over; `there` remembers
 * who was present at each opportunity.
 */
import { UID_LIMIT } from "../domain/UidBitmap.ts"
import type { Absence, Opportunity, RegisteredMiner } from "./absence.ts"
import type { RatingRules } from "./RatingRules.ts"

const WORDS = UID_LIMIT / 32

/** The four bytes of a bitmap from `at` on as a word of 32 UIDs; missing bytes are 0. */
const wordOf = (bitmap: Uint8Array, at: number): number =>
  (bitmap[at] ?? 0) | ((bitmap[at + 1] ?? 0) << 8) | ((bitmap[at + 2] ?? 0) << 16) | ((bitmap[at + 3] ?? 0) << 24)

/** The words of a bitmap. Reading the same bitmap again costs nothing: most competitions share the empty `skipped` bitmap. */
class BitmapWords {
  readonly words = new Int32Array(WORDS)
  private of: Uint8Array | null = null

  read(bitmap: Uint8Array): void {
    if (bitmap === this.of) return
    this.of = bitmap
    for (let word = 0; word < WORDS; word++) this.words[word] = wordOf(bitmap, word * 4)
  }
}

/** Mask of lanes whose limit has a 0 in this bit; XOR with the count's bit yields 1 where the bits match. */
const maskOf = (limit: number, bit: number): number => ((limit >> bit) & 1) - 1

interface LaneFrom {
  readonly from: number
  readonly lane: number
}

export class AbsenceCounter {
  private readonly enrolled = new BitmapWords()
  private readonly skipped = new BitmapWords()
  private readonly isIn = new Int32Array(WORDS)
  private readonly isSettled = new Int32Array(WORDS)
  private readonly missed0 = new Int32Array(WORDS)
  private readonly missed1 = new Int32Array(WORDS)
  private readonly missed2 = new Int32Array(WORDS)
  private readonly missed3 = new Int32Array(WORDS)
  private readonly skips0 = new Int32Array(WORDS)
  private readonly skips1 = new Int32Array(WORDS)
  private readonly limit0: number
  private readonly limit1: number
  private readonly limit2: number
  private readonly limit3: number
  private readonly skipLimit0: number
  private readonly skipLimit1: number
  /**
   * Ring buffer of who was present at each opportunity of the last period. Opportunity n is in row n & (rows − 1); `oldest` is the first one still
   * stored.
   */
  private there: Int32Array
  private startedAt: Float64Array
  private rows: number
  private oldest = 0
  private taken = 0
  /** The block at which each lane's period began, considering the opportunities before `lookedUntil`. */
  private readonly begin = new Float64Array(UID_LIMIT).fill(Number.POSITIVE_INFINITY)
  private readonly lookedUntil = new Int32Array(UID_LIMIT)
  /** No period ends before this block. */
  private nextEnd: number
  /** Lanes not yet registered, and lanes not yet registered long enough to be absent. Sorted so that the next one is last. */
  private readonly coming: Array<LaneFrom>
  private readonly settling: Array<LaneFrom>

  /** Whether the limits of these rules fit into the bits used here. */
  static fits({ absenceOpportunities, skipsInARow }: RatingRules): boolean {
    return absenceOpportunities >= 1 && absenceOpportunities <= 15 && skipsInARow >= 0 && skipsInARow <= 3
  }

  /**
   * `miners`: UIDs below 256, each once. `count`: roughly how many opportunities the window contains. `onAbsence` is called for every full period,
   * in order for each miner.
   */
  constructor(
    miners: ReadonlyArray<RegisteredMiner>,
    count: number,
    at: number,
    private readonly rules: RatingRules,
    private readonly onAbsence: (lane: number, block: number, because: Absence["because"]) => void
  ) {
    const { absenceOpportunities, skipsInARow } = rules
    this.limit0 = maskOf(absenceOpportunities, 0)
    this.limit1 = maskOf(absenceOpportunities, 1)
    this.limit2 = maskOf(absenceOpportunities, 2)
    this.limit3 = maskOf(absenceOpportunities, 3)
    this.skipLimit0 = maskOf(skipsInARow, 0)
    this.skipLimit1 = maskOf(skipsInARow, 1)
    this.rows = 1 << Math.ceil(Math.log2(Math.max(16, (count * rules.absencePeriod) / Math.max(1, rules.window))))
    this.there = new Int32Array(this.rows * WORDS)
    this.startedAt = new Float64Array(this.rows)
    for (const { uid, registeredAt } of miners) this.begin[uid] = Math.max(registeredAt, at - rules.window)
    this.nextEnd = this.firstEnd()
    const waiting = (after: number) =>
      miners.map(({ uid, registeredAt }): LaneFrom => ({ from: registeredAt + after, lane: uid })).sort((a, b) => b.from - a.from)
    this.coming = waiting(1)
    this.settling = waiting(rules.absencePeriod)
  }

  /** Records the next opportunity. They must come in order of their start. */
  take({ startedAt, enrolled, skipped }: Opportunity): void {
    if (startedAt - 1 >= this.nextEnd) this.endPeriods(startedAt - 1)
    join(this.coming, this.isIn, startedAt)
    join(this.settling, this.isSettled, startedAt)
    const { isIn, isSettled, missed0, missed1, missed2, missed3, skips0, skips1 } = this
    const { limit0, limit1, limit2, limit3, skipLimit0, skipLimit1 } = this
    this.enrolled.read(enrolled)
    this.skipped.read(skipped)
    const wanting = this.enrolled.words
    const passing = this.skipped.words
    const row = this.nextRow(startedAt) * WORDS
    const { there } = this
    for (let word = 0; word < WORDS; word++) {
      const here = isIn[word] ?? 0
      if (here === 0) {
        there[row + word] = 0
        continue
      }
      const wants = (wanting[word] ?? 0) & here
      let comes = wants
      const passes = (passing[word] ?? 0) & here & ~wants
      let once = skips0[word] ?? 0
      let twice = skips1[word] ?? 0
      if ((passes | once | twice) !== 0) {
        const isUsedUp = (once ^ skipLimit0) & (twice ^ skipLimit1)
        const counts = passes & ~isUsedUp
        twice ^= once & counts
        once ^= counts
        skips0[word] = once & ~wants
        skips1[word] = twice & ~wants
        comes |= counts
      }
      there[row + word] = comes
      const stays = here & ~comes
      let m0 = (missed0[word] ?? 0) & stays
      let m1 = (missed1[word] ?? 0) & stays
      let m2 = (missed2[word] ?? 0) & stays
      let m3 = (missed3[word] ?? 0) & stays
      let carry = stays & ~((m0 ^ limit0) & (m1 ^ limit1) & (m2 ^ limit2) & (m3 ^ limit3))
      let next = m0 & carry
      m0 ^= carry
      carry = next
      next = m1 & carry
      m1 ^= carry
      carry = next
      next = m2 & carry
      m2 ^= carry
      m3 ^= next
      const isFull = stays & (m0 ^ limit0) & (m1 ^ limit1) & (m2 ^ limit2) & (m3 ^ limit3) & (isSettled[word] ?? 0)
      missed0[word] = m0 & ~isFull
      missed1[word] = m1 & ~isFull
      missed2[word] = m2 & ~isFull
      missed3[word] = m3 & ~isFull
      for (let left = isFull; left !== 0; left &= left - 1) {
        const lane = word * 32 + 31 - Math.clz32(left & -left)
        this.begin[lane] = startedAt
        this.lookedUntil[lane] = this.taken
        this.onAbsence(lane, startedAt, "opportunities")
      }
    }
  }

  /** Advances one miner to `block`. Every opportunity up to `block` must have been recorded. */
  settle(lane: number, block: number): void {
    const { absencePeriod } = this.rules
    if ((this.begin[lane] ?? 0) + absencePeriod > block) return
    this.lookForBegin(lane)
    const [word, bit] = [lane >> 5, 1 << (lane & 31)]
    for (let end = (this.begin[lane] ?? 0) + absencePeriod; end <= block; end += absencePeriod) {
      this.begin[lane] = end
      const missed = (this.missed0[word] ?? 0) | (this.missed1[word] ?? 0) | (this.missed2[word] ?? 0) | (this.missed3[word] ?? 0)
      if ((missed & bit) === 0) continue
      for (const bits of [this.missed0, this.missed1, this.missed2, this.missed3]) bits[word] = (bits[word] ?? 0) & ~bit
      this.onAbsence(lane, end, "time")
    }
  }

  /** Does the same for every lane. */
  endPeriods(block: number): void {
    for (let lane = 0; lane < UID_LIMIT; lane++) this.settle(lane, block)
    this.nextEnd = this.firstEnd()
  }

  /** The row for an opportunity that starts now. Drops opportunities that started before any period that may still be running. */
  private nextRow(startedAt: number): number {
    // `endPeriods` has already ended every period that began by then and found its successor's start.
    const forgotten = startedAt - 1 - this.rules.absencePeriod
    while (this.oldest < this.taken && (this.startedAt[this.oldest & (this.rows - 1)] ?? 0) <= forgotten) this.oldest += 1
    if (this.taken - this.oldest === this.rows) this.grow()
    const row = this.taken & (this.rows - 1)
    this.startedAt[row] = startedAt
    this.taken += 1
    return row
  }

  private grow(): void {
    const { there, startedAt, rows } = this
    this.rows = 2 * rows
    this.there = new Int32Array(this.rows * WORDS)
    this.startedAt = new Float64Array(this.rows)
    for (let index = this.oldest; index < this.taken; index++) {
      const [from, to] = [index & (rows - 1), index & (this.rows - 1)]
      this.startedAt[to] = startedAt[from] ?? 0
      this.there.set(there.subarray(from * WORDS, (from + 1) * WORDS), to * WORDS)
    }
  }

  private firstEnd(): number {
    let first = Number.POSITIVE_INFINITY
    for (let lane = 0; lane < UID_LIMIT; lane++) first = Math.min(first, this.begin[lane] ?? first)
    return first + this.rules.absencePeriod
  }

  /** A period begins at the latest opportunity at which the miner was present. */
  private lookForBegin(lane: number): void {
    const [word, bit] = [lane >> 5, 1 << (lane & 31)]
    const from = Math.max(this.lookedUntil[lane] ?? 0, this.oldest)
    this.lookedUntil[lane] = this.taken
    for (let index = this.taken - 1; index >= from; index--) {
      const row = index & (this.rows - 1)
      if (((this.there[row * WORDS + word] ?? 0) & bit) === 0) continue
      this.begin[lane] = this.startedAt[row] ?? 0
      return
    }
  }
}

/** Sets the bits of lanes whose block has come. */
const join = (waiting: Array<LaneFrom>, bits: Int32Array, block: number): void => {
  for (let next = waiting.at(-1); next !== undefined && next.from <= block; next = waiting.at(-1)) {
    bits[next.lane >> 5] = (bits[next.lane >> 5] ?? 0) | (1 << (next.lane & 31))
    waiting.pop()
  }
}
