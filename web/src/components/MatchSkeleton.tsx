import { Skeleton } from "./Page.tsx"

const Side = ({ side }: { readonly side: "a" | "b" }) => (
  <div className="board-side" data-side={side}>
    <span className="board-name">
      <span className="avatar skeleton" data-size="large" />
      <Skeleton width="7rem" />
    </span>
    <Skeleton width="5rem" height="1.375rem" />
    <Skeleton width="9rem" height="1.5rem" />
    <Skeleton width="8rem" />
  </div>
)

/** A match before it is known: a scoreboard in the places of the coming one. */
export const MatchSkeleton = () => (
  <div className="page competition" aria-busy="true">
    <header className="page-head">
      <div>
        <p className="page-over">
          <Skeleton width="14rem" />
        </p>
        <h1 className="hidden">Reading…</h1>
        <Skeleton width="min(24rem, 80vw)" height="2.25rem" />
      </div>
    </header>
    <div className="match" aria-hidden="true">
      <div>
        <div className="board">
          <p className="board-headline">
            <Skeleton width="min(22rem, 70vw)" height="1.2em" />
          </p>
          <div className="board-sides">
            <Side side="a" />
            <Side side="b" />
            <div className="board-middle">
              <Skeleton width="6rem" height="2rem" />
              <Skeleton width="9rem" height="3rem" />
            </div>
          </div>
          <Skeleton height="3.5rem" />
          <Skeleton height="4.5rem" />
        </div>
        <Skeleton height="20rem" />
      </div>
      <div>
        <Skeleton height="20rem" />
      </div>
    </div>
  </div>
)
