import { Skeleton } from "./Skeleton.tsx"

/** While a view's code is on the way: as high as most views, so that nothing jumps. */
export const PageSkeleton = () => (
  <div className="page" aria-busy="true">
    <h1 className="hidden">Reading…</h1>
    <div className="page-head">
      <Skeleton width="9rem" height="2.25rem" />
    </div>
    <Skeleton height="70vh" />
  </div>
)
