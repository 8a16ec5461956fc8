import { Skeleton } from "./Skeleton.tsx"

/** Shown while a view's code loads, about as high as most views to avoid layout shift. */
export const PageSkeleton = () => (
  <div className="page" aria-busy="true">
    <h1 className="hidden">Reading…</h1>
    <div className="page-head">
      <Skeleton width="9rem" height="2.25rem" />
    </div>
    <Skeleton height="70vh" />
  </div>
)
