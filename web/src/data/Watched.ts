/** Keeps one API answer up to date for the components that watch it. Requests it when the first one begins to watch, when it may have changed, and after an error. */
import { type Problem, problemFrom } from "../api/ask.ts"
import { addressOf, type Question } from "../api/endpoints.ts"
import { settle, unwatch, watch } from "./moment.ts"

export interface KnownAnswer {
  /** The error of the latest request, if any. */
  readonly problem: Problem | undefined
}

/** Blocks that came, the last one included. */
export interface Blocks {
  readonly from: number
  readonly block: number
}

/** Milliseconds after which an answer is requested again when watching begins. */
const FRESH_FOR = 30_000
/** Milliseconds within which several messages of the stream cause only one request. */
const GATHERING_TIME = 120

export abstract class Watched<A extends KnownAnswer, Q extends Question<unknown>> {
  #answer: A
  #listeners = new Set<() => void>()
  #stale = true
  #timer: ReturnType<typeof setTimeout> | undefined
  #working: Promise<void> | undefined
  #readAt: number | undefined
  #block = Infinity
  #isDoubted = false
  /** The earliest block of what the job in hand has read. */
  #telling = Infinity
  /** What was read and is not shown yet. */
  #held: Partial<A> = {}
  readonly address: string

  constructor(
    readonly question: Q,
    initial: A
  ) {
    this.#answer = initial
    this.address = addressOf(question)
  }

  /** Begins with an answer that was asked ahead. */
  protected begin(change: Partial<A>): void {
    this.#stale = false
    this.#readAt = Date.now()
    this.#block = this.#telling
    this.set(change)
  }

  /** Takes the block of one part of the answer. */
  protected tells(block: number): void {
    this.#telling = Math.min(this.#telling, block)
  }

  /** Requests everything once. Rejects only with a Problem. */
  protected abstract askOnce(): Promise<Partial<A>>

  readonly current = (): A => this.#answer
  /** The block of which the newest answer tells; Infinity: unknown. */
  get block(): number {
    return this.#block
  }
  get isAsking(): boolean {
    return this.#working !== undefined || this.#timer !== undefined
  }
  get isDoubted(): boolean {
    return this.#isDoubted
  }
  get isWatched(): boolean {
    return this.#listeners.size > 0
  }
  /** When the answer was last confirmed, in milliseconds since 1970. */
  get readAt(): number | undefined {
    return this.#readAt
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#stale || Date.now() - (this.#readAt ?? 0) > FRESH_FOR) void this.ask()
    watch(this)
    return () => {
      this.#listeners.delete(listener)
      if (!this.isWatched) unwatch(this)
    }
  }

  /** Marks the answer as possibly changed. It is requested again now if watched, else when watching begins. */
  readonly invalidate = (delay = GATHERING_TIME): void => {
    this.#stale = true
    if (!this.isWatched || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.isWatched) void this.ask()
    }, delay)
  }

  /** The same after blocks were taken back, or when it is unknown which ones came. */
  readonly doubt = (): void => {
    this.#block = Infinity
    this.#isDoubted = true
    this.invalidate()
  }

  /** Takes note that the blocks from `from` to `block` changed nothing of the answer. */
  readonly confirm = ({ from, block }: Blocks): void => {
    if (!this.#stale && this.#block >= from - 1 && this.#block < block) this.#block = block
  }

  readonly ask = (): Promise<void> =>
    this.work(() => {
      this.#stale = false
      return this.askOnce()
    })

  /** Runs one job at a time. A call during a job gets that job's promise. */
  protected work(job: () => Promise<Partial<A>>): Promise<void> {
    this.#working ??= this.#attempt(job).finally(() => {
      this.#working = undefined
      settle()
      // A change announced during the request may be newer than the answer.
      if (this.#stale && this.#answer.problem === undefined) this.invalidate()
    })
    return this.#working
  }

  /** Runs a job when none is running any more. */
  protected afterwards(job: () => Promise<Partial<A>>): Promise<void> {
    return this.#working === undefined ? this.work(job) : this.#working.then(() => this.afterwards(job))
  }

  async #attempt(job: () => Promise<Partial<A>>): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    try {
      this.#telling = Infinity
      const change = await job()
      this.#isDoubted = false
      this.#readAt = Date.now()
      this.#block = this.#telling
      this.#held = { ...this.#held, ...change, problem: undefined }
      if (!this.isWatched) this.show()
    } catch (error) {
      const problem = problemFrom(error)
      this.#stale = true
      this.#block = Infinity
      this.#isDoubted = false
      this.#held = { ...this.#held, problem }
      this.show()
      if (problem.retryAfter !== undefined) this.invalidate(problem.retryAfter)
    }
  }

  readonly show = (): void => {
    const held = this.#held
    this.#held = {}
    this.set(held)
  }

  /** Tells the watchers, if anything is new: an answer that was only confirmed draws nothing again. */
  protected set(change: Partial<A> | Partial<KnownAnswer>): void {
    const next = { ...this.#answer, ...change }
    if (Object.keys(next).every((key) => Object.is(next[key as keyof A], this.#answer[key as keyof A]))) return
    this.#answer = next
    for (const listener of this.#listeners) listener()
  }
}
