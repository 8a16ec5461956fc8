import { Skeleton } from "./Skeleton.tsx"

/** While a view's code is on the way: as high as most views, so that nothing jumps. */
export const PageSkeleton = () => (
  <div className="page" aria-busy="true">
    <div className="page-head">
      <Skeleton width="9rem" height="2.25rem" />
    </div>
    <Skeleton height="70vh" />
  </div>
)
