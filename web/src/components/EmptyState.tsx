import type { ReactNode } from "react"

interface Props {
  readonly title: string
  /** What will appear here, and when or why. */
  readonly children: ReactNode
  readonly action?: { readonly label: string; readonly act: () => void }
}

/** An empty list or section that is no error. */
export const EmptyState = ({ title, children, action }: Props) => (
  <div className="state" data-kind="empty">
    <h2>{title}</h2>
    <div className="muted">{children}</div>
    {action === undefined ? null : (
      <button type="button" onClick={action.act}>
        {action.label}
      </button>
    )}
  </div>
)
