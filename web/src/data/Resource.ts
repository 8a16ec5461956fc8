/** The answer to one question to the API. */
import { askText } from "../api/ask.ts"
import { addressOf, type Question } from "../api/endpoints.ts"
import { type Known, Watched } from "./Watched.ts"

export interface Answer<A> extends Known {
  /** None: not there yet. What there is stays while it is asked again, even when that fails. */
  readonly data: A | undefined
}

export class Resource<A> extends Watched<Answer<A>> {
  #text: string | undefined
  readonly address: string

  constructor(readonly question: Question<A>) {
    super({ data: undefined, problem: undefined, loading: false, readAt: undefined })
    this.address = addressOf(question)
  }

  protected override async askOnce(): Promise<Partial<Answer<A>>> {
    const text = await askText(this.address)
    if (text === this.#text) return {}
    this.#text = text
    return { data: JSON.parse(text) as A }
  }
}
