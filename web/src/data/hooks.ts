/** React hooks for requests to the API. */
import { startTransition, useLayoutEffect, useState } from "react"
import type { ListQuestion, Question } from "../api/endpoints.ts"
import type { ListAnswer } from "./ListResource.ts"
import type { Answer } from "./Resource.ts"
import { listOf, resourceOf } from "./store.ts"

interface Source<A> {
  readonly readAt: number | undefined
  readonly subscribe: (listener: () => void) => () => void
  readonly current: () => A
}

/** The current answer of a source. The first answer is drawn at once. Later ones are drawn in pieces, so that the page can react to its reader in between. */
const useCurrent = <A>(source: Source<A>): A => {
  const [drawn, setDrawn] = useState(() => ({ source, answer: source.current() }))
  // Watching begins with a request, which should not wait for the paint.
  useLayoutEffect(() => {
    const draw = () => {
      const answer = source.current()
      setDrawn((before) => (before.source === source && before.answer === answer ? before : { source, answer }))
    }
    // It may have changed since it was drawn.
    draw()
    let isFirst = source.readAt === undefined
    return source.subscribe(() => {
      if (isFirst) draw()
      else startTransition(draw)
      isFirst = false
    })
  }, [source])
  return drawn.source === source ? drawn.answer : source.current()
}

export interface AskedAnswer<A> extends Answer<A> {
  readonly again: () => void
}

/** The current answer to a request. */
export const useAnswer = <A>(question: Question<A>): AskedAnswer<A> => {
  const resource = resourceOf(question)
  const answer = useCurrent(resource)
  return { ...answer, again: resource.ask }
}

export interface AskedList<A> extends ListAnswer<A> {
  readonly keyOf: (item: A) => string
  /** Identifies the list. */
  readonly address: string
  /** When it was last confirmed, in milliseconds since 1970. */
  readonly readAt: number | undefined
  readonly readMore: () => void
  /** Reports which items are on the screen. */
  readonly seen: (from: number, to: number) => void
  readonly again: () => void
}

/** The pages of a list read so far. */
export const useList = <A>(question: ListQuestion<A>): AskedList<A> => {
  const list = listOf(question)
  const answer = useCurrent(list)
  return {
    ...answer,
    keyOf: list.question.keyOf,
    address: list.address,
    readAt: list.readAt,
    readMore: list.readMore,
    seen: list.seen,
    again: list.ask
  }
}
