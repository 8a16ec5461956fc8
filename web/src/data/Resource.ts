/** The answer to one request to the API. */
import { type Answered, askText, takeAnswered } from "../api/ask.ts"
import type { Question } from "../api/endpoints.ts"
import { type KnownAnswer, Watched } from "./Watched.ts"

export interface Answer<A> extends KnownAnswer {
  /** Undefined until the first answer. Later requests keep it until they succeed. */
  readonly data: A | undefined
}

export class Resource<A> extends Watched<Answer<A>, Question<A>> {
  #text: string | undefined

  constructor(question: Question<A>) {
    super(question, { data: undefined, problem: undefined })
    const found = takeAnswered(this.address)
    if (found !== undefined) this.begin(this.#read(found))
  }

  #read({ text, block }: Answered): Partial<Answer<A>> {
    this.tells(block)
    if (text === this.#text) return {}
    this.#text = text
    return { data: JSON.parse(text) as A }
  }

  protected override async askOnce(): Promise<Partial<Answer<A>>> {
    return this.#read(await askText(this.address))
  }
}
