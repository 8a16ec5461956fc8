/** What is known of one question to the API: kept as long as somebody looks, asked again when it may have changed or could not be had. */
import { askText, type Problem, problemFrom } from "../api/ask.ts"
import { addressOf, type Question } from "../api/endpoints.ts"

export interface Answer<A> {
  /** None: not there yet. What there is stays while it is asked again, even when that fails. */
  readonly data: A | undefined
  readonly problem: Problem | undefined
  readonly loading: boolean
  /** When the data was last known to be so. */
  readonly readAt: number | undefined
}

const NOTHING = { data: undefined, problem: undefined, loading: false, readAt: undefined }

/** Answers of a while ago are shown at once, and asked again. */
const FRESH = 30_000
/** Several messages of the stream within this time ask once. */
const GATHER = 120

export class Resource<A> {
  #answer: Answer<A> = NOTHING
  #text: string | undefined
  #listeners = new Set<() => void>()
  #stale = true
  #timer: ReturnType<typeof setTimeout> | undefined
  #asking: Promise<void> | undefined
  readonly address: string

  constructor(readonly question: Question<A>) {
    this.address = addressOf(question)
  }

  readonly current = (): Answer<A> => this.#answer
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

  readonly ask = (): Promise<void> => {
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = undefined
      // What came in while it was asked may be newer than the answer.
      if (this.#stale && this.isWatched && this.#answer.problem === undefined) void this.ask()
    })
    return this.#asking
  }

  async #askOnce(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#stale = false
    if (this.#answer.data === undefined) this.#set({ loading: true })
    try {
      const text = await askText(this.address)
      const data = text === this.#text ? this.#answer.data : (JSON.parse(text) as A)
      this.#text = text
      this.#set({ data, problem: undefined, loading: false, readAt: Date.now() })
    } catch (error) {
      const problem = problemFrom(error)
      this.#set({ problem, loading: false })
      if (problem.retryAfter !== undefined) this.invalidate(problem.retryAfter)
      else this.#stale = true
    }
  }

  #set(change: Partial<Answer<A>>): void {
    this.#answer = { ...this.#answer, ...change }
    for (const listener of this.#listeners) listener()
  }
}
