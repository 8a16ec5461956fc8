import { type ReactNode, useState } from "react"
import type { AskedList } from "../data/hooks.ts"
import { isNarrow, useOnPaper } from "../live/paper.ts"
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
  /** Whether it is one of several on a view: on a phone it begins with fewer rows. */
  readonly isOneOfSeveral?: boolean
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}

/** Rows that a list begins with on a phone: one of several on a view, and the only one. */
const [OF_SEVERAL, OF_ONE] = [4, 12]

/** The rows of a list that a phone shows at first, and the button for the others while they are not shown. Rows that were shown stay. `of`: which list. */
export const useFew = <A,>(all: ReadonlyArray<A> | undefined, of: string, few = OF_ONE) => {
  const [whole, setWhole] = useState<string>()
  const [isPhone] = useState(isNarrow)
  if (isPhone && whole !== of && all !== undefined && all.length <= few) setWhole(of)
  const isCut = !useOnPaper() && isPhone && whole !== of && (all?.length ?? 0) > few
  const button = (
    <p className="list-foot">
      <button type="button" onClick={() => setWhole(of)}>
        Show more
      </button>
    </p>
  )
  return { items: isCut ? all?.slice(0, few) : all, more: isCut ? button : undefined }
}

interface FewProps<A> {
  readonly items: ReadonlyArray<A>
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}

/** Rows that are all known, of which a phone shows a few at first. */
export const Few = <A,>({ items: all, children }: FewProps<A>) => {
  const { items = all, more } = useFew(all, "", OF_SEVERAL)
  return (
    <>
      {children(items)}
      {more}
    </>
  )
}

/** A list in all its states: loading, empty, loaded, with more pages, failed. */
export const ListView = <A,>({ list, empty, height = "6rem", isExcerpt = false, isOneOfSeveral = false, children }: Props<A>) => {
  const { problem } = list
  const { items, more } = useFew(list.items, list.address, isExcerpt ? Number.POSITIVE_INFINITY : isOneOfSeveral ? OF_SEVERAL : OF_ONE)
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
      {more ?? (isExcerpt && problem === undefined ? null : <ListFoot list={list} />)}
    </>
  )
}
