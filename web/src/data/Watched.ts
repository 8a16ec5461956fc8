/** What is known of a question, for who looks at it: asked when somebody begins to look, and again when it may have changed or could not be had. */
import { type Problem, problemFrom } from "../api/ask.ts"

export interface Known {
  /** Why there is no newer answer. */
  readonly problem: Problem | undefined
  readonly loading: boolean
  /** When the answer was last known to be so. */
  readonly readAt: number | undefined
}

/** Answers of a while ago are shown at once, and asked again. */
const FRESH = 30_000
/** Several messages of the stream within this time ask once, in milliseconds. */
const GATHER = 120

export abstract class Watched<A extends Known> {
  #answer: A
  #listeners = new Set<() => void>()
  #stale = true
  #timer: ReturnType<typeof setTimeout> | undefined
  #working: Promise<void> | undefined

  constructor(nothing: A) {
    this.#answer = nothing
  }

  /** Asks for all of it once. Rejects with a Problem only. */
  protected abstract askOnce(): Promise<Partial<A>>

  readonly current = (): A => this.#answer
  get isWatched(): boolean {
    return this.#listeners.size > 0
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#stale || Date.now() - (this.#answer.readAt ?? 0) > FRESH) void this.ask()
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** It may have changed: asked again if somebody looks, else when somebody does. */
  readonly invalidate = (delay = GATHER): void => {
    this.#stale = true
    if (!this.isWatched || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.isWatched) void this.ask()
    }, delay)
  }

  readonly ask = (): Promise<void> =>
    this.work(() => {
      this.#stale = false
      return this.askOnce()
    })

  /** Does one thing at a time: who comes while another is under way gets that one's end. */
  protected work(job: () => Promise<Partial<A>>): Promise<void> {
    this.#working ??= this.#attempt(job).finally(() => {
      this.#working = undefined
      // What came in while it was asked may be newer than the answer.
      if (this.#stale && this.#answer.problem === undefined) this.invalidate()
    })
    return this.#working
  }

  async #attempt(job: () => Promise<Partial<A>>): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#set({ loading: true })
    try {
      const change = await job()
      this.#set({ ...change, problem: undefined, loading: false, readAt: Date.now() })
    } catch (error) {
      const problem = problemFrom(error)
      this.#stale = true
      this.#set({ problem, loading: false })
      if (problem.retryAfter !== undefined) this.invalidate(problem.retryAfter)
    }
  }

  #set(change: Partial<A> | Partial<Known>): void {
    this.#answer = { ...this.#answer, ...change }
    for (const listener of this.#listeners) listener()
  }
}
