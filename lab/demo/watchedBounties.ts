/** Watched bounties: issues with texts, two pull requests with checks and reviews, and a plot for each match. */
import { type Duration, Effect } from "effect"
import { IssueNumber, type RepositoryName } from "../../src/domain/IssueRef.ts"
import { Chain } from "../../src/layers/chain/node/Chain.ts"
import { ratingsAt } from "../../src/scoring/issue_competitions/roundState.ts"
import { DemoNetwork } from "./DemoNetwork.ts"
import { PLOTS, type Plot } from "./matchScript.ts"
import type { Miner } from "./miners.ts"
import { playMatch } from "./playMatch.ts"
import type { Story } from "./stories/Story.ts"
import { STORIES } from "./stories/stories.ts"

/** The story of the nth watched bounty. After the last story they repeat, in new modules. */
const storyOf = (index: number): Story => {
  const story = STORIES[index % STORIES.length]
  if (story === undefined) throw new Error("there are no stories")
  const lap = Math.floor(index / STORIES.length)
  if (lap === 0) return story
  const folder = `part-${lap + 1}`
  const moved = (text: string) => text.replaceAll('"../src/', `"../../src/${folder}/`)
  const [one, other] = story.approaches
  return {
    ...story,
    title: `${story.title} (part ${lap + 1})`,
    path: story.path.replace("src/", `src/${folder}/`),
    before: "",
    approaches: [
      { ...one, test: moved(one.test) },
      { ...other, test: moved(other.test) }
    ]
  }
}

/** Opens the issue of the nth watched bounty, with its text and labels. */
export const openStory = Effect.fn("demo.openStory")(function* (index: number, repository: RepositoryName, maintainer: string) {
  const { github } = yield* DemoNetwork
  const { title, body, labels } = storyOf(index)
  const { number } = yield* github.control.openIssue({ payload: { repository, title, body, author: maintainer } })
  yield* Effect.forEach(
    labels,
    (label) => github.control.remark({ payload: { repository, number, by: maintainer, remark: { _tag: "Labeled", label } } }),
    { discard: true }
  )
  return number
})

/** The winner by the plot: in an upset the miner with the lower rating, for a favourite the other, otherwise by turns. */
const castOf = Effect.fn("demo.cast")(function* (plot: Plot, pair: readonly [Miner, Miner], index: number) {
  const { ratings } = yield* ratingsAt(yield* (yield* Chain).finalisedHead)
  const ratingOf = ({ hotkey }: Miner) => ratings.get(hotkey.address)?.rating ?? 0
  const [low, high] = ratingOf(pair[0]) < ratingOf(pair[1]) ? pair : [pair[1], pair[0]]
  const winner = plot === "upset" ? low : plot === "favourite" ? high : index % 2 === 0 ? low : high
  return { winner, loser: winner === low ? high : low }
})

/** Plays the nth watched bounty's match, and returns the winner with its pull request. */
export const playStory = Effect.fn("demo.playStory")(function* (
  index: number,
  place: { readonly repository: RepositoryName; readonly issue: number; readonly maintainer: string },
  pair: readonly [Miner, Miner],
  time: { readonly from: number; readonly lasts: Duration.Duration }
) {
  const plot = PLOTS[index % PLOTS.length] ?? "favourite"
  const miners = yield* castOf(plot, pair, index)
  const pullRequest = yield* playMatch({
    ...place,
    issue: IssueNumber.make(place.issue),
    story: storyOf(index),
    plot,
    miners,
    // The two solutions swap with each lap, so that the same code does not always win.
    winnersWay: (index + Math.floor(index / STORIES.length)) % 2 === 0 ? 0 : 1,
    ...time
  })
  return { pullRequest, author: miners.winner }
})
