import type { ReactNode } from "react"
import type { AskedList } from "../data/hooks.ts"
import { EmptyState } from "./EmptyState.tsx"
import { HeldRows } from "./HeldRows.tsx"
import { ListFoot } from "./ListFoot.tsx"
import { Skeleton } from "./Skeleton.tsx"

interface Props<A> {
  readonly list: AskedList<A>
  /** The text of an empty list: what will appear, and why. */
  readonly empty: { readonly title: string; readonly why: ReactNode }
  /** The approximate height of the loaded list. */
  readonly height?: string
  /** Some rows of a list that has a view of its own: always the newest ones, without a foot. */
  readonly isExcerpt?: boolean
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}

/** A list in all its states: loading, empty, loaded, with more pages, failed. */
export const ListView = <A,>({ list, empty, height = "6rem", isExcerpt = false, children }: Props<A>) => {
  const { items, problem } = list
  return (
    <>
      {items === undefined ? (
        problem === undefined ? (
          <Skeleton height={height} />
        ) : null
      ) : items.length === 0 ? (
        <EmptyState title={empty.title}>{empty.why}</EmptyState>
      ) : isExcerpt ? (
        children(items)
      ) : (
        <HeldRows key={list.address} list={list} items={items}>
          {children}
        </HeldRows>
      )}
      {isExcerpt && problem === undefined ? null : <ListFoot list={list} />}
    </>
  )
}
