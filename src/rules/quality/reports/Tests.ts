/** Collects what a report says of its tests. */
import type { TestOutcome, TestReport } from "../../../domain/quality/TestOutcome.ts"

/** Longer names are cut and further tests ignored, so that a hostile report cannot fill memory or pages. */
export const LONGEST_NAME = 500
const MOST_TESTS = 200_000
const LONGEST_UNREAD = 100
const MOST_UNREAD = 10

export class Tests implements TestReport {
  readonly tests = new Map<string, TestOutcome>()
  readonly flaky = new Set<string>()
  readonly unread: Array<string> = []
  readonly #counts = new Map<string, number>()

  addAll({ flaky, tests, unread }: TestReport): void {
    for (const [name, outcome] of tests) this.add(name, outcome, flaky.has(name))
    for (const what of unread) this.leave(what)
  }

  /** Tests of one name are numbered, so that one hides no other. */
  add(name: string, outcome: TestOutcome, isFlaky = false): void {
    const cut = name.trim().slice(0, LONGEST_NAME)
    if (cut === "" || this.tests.size >= MOST_TESTS) {
      this.leave(cut === "" ? "a test without a name" : `more than ${MOST_TESTS} tests`)
      return
    }
    const named = (number: number) => (number === 1 ? cut : `${cut} (${number})`)
    let number = (this.#counts.get(cut) ?? 0) + 1
    while (this.tests.has(named(number))) number++
    this.#counts.set(cut, number)
    const kept = named(number)
    this.tests.set(kept, outcome)
    if (isFlaky) this.flaky.add(kept)
  }

  /** Keeps what is not understood. */
  leave(what: string): void {
    const cut = what.trim().slice(0, LONGEST_UNREAD)
    if (this.unread.length < MOST_UNREAD && !this.unread.includes(cut)) this.unread.push(cut)
  }
}

/** A generator, because an array of the lines may take many times the text's memory. */
export function* linesOf(text: string): Iterable<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start)
    yield text.slice(start, end < 0 ? text.length : end).trimEnd()
    start = end < 0 ? text.length : end + 1
  }
}
