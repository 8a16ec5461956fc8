/** Questions to the API, as components ask them. */
import { useSyncExternalStore } from "react"
import type { ListQuestion, Question } from "../api/endpoints.ts"
import type { ListAnswer } from "./ListResource.ts"
import type { Answer } from "./Resource.ts"
import { listOf, resourceOf } from "./store.ts"

export interface Asked<A> extends Answer<A> {
  readonly again: () => void
}

/** The answer to a question, now and whenever it changes. */
export const useAnswer = <A>(question: Question<A>): Asked<A> => {
  const resource = resourceOf(question)
  const answer = useSyncExternalStore(resource.subscribe, resource.current)
  return { ...answer, again: resource.ask }
}

export interface AskedList<A> extends ListAnswer<A> {
  /** By what an item is known again. */
  readonly keyOf: (item: A) => string
  /** What was asked: another one is another list. */
  readonly address: string
  readonly readMore: () => void
  /** Says which items are on the screen. */
  readonly seen: (from: number, to: number) => void
  readonly again: () => void
}

/** A list, as far as it was read, now and whenever it changes. */
export const useList = <A>(question: ListQuestion<A>): AskedList<A> => {
  const list = listOf(question)
  const answer = useSyncExternalStore(list.subscribe, list.current)
  return { ...answer, keyOf: list.question.keyOf, address: list.address, readMore: list.readMore, seen: list.seen, again: list.ask }
}
