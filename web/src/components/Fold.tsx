import { type ReactNode, useState } from "react"
import { isNarrow, isOnPaper, useOnPaper } from "../live/paper.ts"

interface Props {
  readonly title: string
  readonly note?: ReactNode
  /** Whether it begins open where there is room: not on a phone. */
  readonly isOpenOnWide?: boolean
  /** Whether it begins open everywhere. */
  readonly isOpenAtFirst?: boolean
  readonly children: ReactNode
}

/** A section of a view that is read when it is opened, and printed. */
export const Fold = ({ title, note, isOpenOnWide = false, isOpenAtFirst = false, children }: Props) => {
  const [isOpen, setOpen] = useState(() => isOpenAtFirst || (isOpenOnWide && !isNarrow()))
  const isShown = useOnPaper() || isOpen
  return (
    <details
      className="section fold"
      open={isShown}
      onToggle={({ currentTarget }) => {
        if (!isOnPaper()) setOpen(currentTarget.open)
      }}
    >
      <summary>
        <h2>{title}</h2>
        {note === undefined ? null : <span className="muted">{note}</span>}
      </summary>
      {isShown ? children : null}
    </details>
  )
}
