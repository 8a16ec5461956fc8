import { type ReactNode, useState } from "react"
import type { AskedList } from "../data/hooks.ts"
import { useOnPaper } from "../live/paper.ts"
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
  /** Whether it is one of several on a view: on a phone it begins with a few rows. */
  readonly isOneOfSeveral?: boolean
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}

/** Rows that a list of several begins with on a phone. */
const FEW = 4

/** A list in all its states: loading, empty, loaded, with more pages, failed. */
export const ListView = <A,>({ list, empty, height = "6rem", isExcerpt = false, isOneOfSeveral = false, children }: Props<A>) => {
  const { problem } = list
  const [isWhole, setWhole] = useState(() => !isOneOfSeveral || matchMedia("(min-width: 761px)").matches)
  const isCut = !useOnPaper() && !isWhole && (list.items?.length ?? 0) > FEW
  const items = isCut ? list.items?.slice(0, FEW) : list.items
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
      {isCut ? (
        <p className="list-foot">
          <button type="button" onClick={() => setWhole(true)}>
            Show more
          </button>
        </p>
      ) : isExcerpt && problem === undefined ? null : (
        <ListFoot list={list} />
      )}
    </>
  )
}
