import { isWatched, toggleWatch, useWatched, type Watch } from "../data/mine.ts"

/** Marks an issue, a miner or a competition as watched. The browser keeps the mark. */
export const WatchStar = ({ watch }: { readonly watch: Watch }) => {
  const isOn = isWatched(useWatched(), watch)
  return (
    <button
      type="button"
      className="watch"
      aria-pressed={isOn}
      title={isOn ? "On your page. Press to remove it" : "Put it on your page"}
      onClick={() => toggleWatch(watch)}
    >
      <span aria-hidden="true">{isOn ? "★" : "☆"}</span> Watch
    </button>
  )
}
