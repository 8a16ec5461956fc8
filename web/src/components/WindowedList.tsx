import { type CSSProperties, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react"
import { useOnPaper } from "../live/paper.ts"

interface Props<A> {
  readonly label: string
  readonly items: ReadonlyArray<A>
  readonly keyOf: (item: A) => string
  readonly row: (item: A) => ReactNode
  /** The height of all rows in rem at a width. Equal heights make windowing cheap for any length. */
  readonly rowHeight: (width: number) => number
  /** Whether more rows can be read. */
  readonly more: boolean
  /** Called when the end of the read rows is near. */
  readonly onNearEnd: () => void
  /** Called with the range of drawn rows. */
  readonly onSeen?: (from: number, to: number) => void
}

/** Rows drawn beyond the screen's edges. */
const ROWS_BEYOND_SCREEN = 8
/** Rows before the end at which the next page is requested. */
const ROWS_BEFORE_END = 60

const remPixels = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16

/** A list of any length in the page's scroll area. Draws only visible rows and the focused one; prints all read rows. */
export const WindowedList = <A,>({ label, items, keyOf, row, rowHeight, more, onNearEnd, onSeen }: Props<A>) => {
  const place = useRef<HTMLOListElement>(null)
  const [seen, setSeen] = useState({ from: 0, to: 20, height: 0 })
  const [focused, setFocused] = useState<string | undefined>(undefined)

  useLayoutEffect(() => {
    let frame = 0
    const look = () => {
      frame = 0
      const element = place.current
      if (element === null) return
      const height = rowHeight(element.clientWidth) * remPixels()
      const top = -element.getBoundingClientRect().top
      const from = Math.max(0, Math.floor(top / height) - ROWS_BEYOND_SCREEN)
      const to = Math.max(0, Math.ceil((top + window.innerHeight) / height)) + ROWS_BEYOND_SCREEN
      setSeen((before) => (before.from === from && before.to === to && before.height === height ? before : { from, to, height }))
    }
    const later = () => {
      if (frame === 0) frame = requestAnimationFrame(look)
    }
    look()
    window.addEventListener("scroll", later, { passive: true })
    window.addEventListener("resize", later)
    return () => {
      cancelAnimationFrame(frame)
      window.removeEventListener("scroll", later)
      window.removeEventListener("resize", later)
    }
  }, [rowHeight])

  useEffect(() => onSeen?.(seen.from, seen.to), [onSeen, seen])

  const nearEnd = more && seen.to + ROWS_BEFORE_END >= items.length
  useEffect(() => {
    if (nearEnd) onNearEnd()
  }, [nearEnd, onNearEnd])

  const onPaper = useOnPaper()
  const height = onPaper ? 0 : seen.height
  const from = onPaper ? 0 : Math.min(seen.from, items.length)
  const shown = items.slice(from, onPaper ? items.length : seen.to)
  const focusedAt = focused === undefined ? -1 : items.findIndex((item) => keyOf(item) === focused)
  const indices = shown.map((_, index) => from + index)
  const drawn =
    focusedAt < 0 || indices.includes(focusedAt) ? indices : focusedAt < from ? [focusedAt, ...indices] : [...indices, focusedAt]
  const style: CSSProperties = height === 0 ? {} : { height: items.length * height }
  return (
    <ol className="windowed" ref={place} style={style} aria-label={label}>
      {drawn.map((index) => {
        const item = items[index]
        if (item === undefined) return null
        const key = keyOf(item)
        return (
          <li
            key={key}
            aria-setsize={more ? -1 : items.length}
            aria-posinset={index + 1}
            style={height === 0 ? undefined : { transform: `translateY(${index * height}px)`, height }}
            onFocus={() => setFocused(key)}
            onBlur={() => setFocused(undefined)}
          >
            {row(item)}
          </li>
        )
      })}
    </ol>
  )
}
