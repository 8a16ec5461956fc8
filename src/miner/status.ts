/** Where a miner stands: its registration, link, rating and rank, enrolments and competitions. */
import { Effect } from "effect"
import { uidsOfBitmap } from "../contract-client/bitmap.ts"
import type { AccountAddress } from "../domain/Account.ts"
import { neuronOf } from "../domain/Metagraph.ts"
import { Chain } from "../layers/Chain.ts"
import { Contract } from "../layers/Contract.ts"
import { GitHubAccounts } from "../layers/GitHubAccounts.ts"
import { ratingsAt } from "../scoring/issue_competitions/roundState.ts"

/** Everything that the chain and GitHub say of a hotkey at the finalised head. */
export const statusOf = Effect.fn("miner.status")(function* (hotkey: AccountAddress) {
  const [chain, contract, links] = yield* Effect.all([Chain, Contract, GitHubAccounts])
  const head = yield* chain.finalisedHead
  const [{ ratings, metagraph }, linked, competitions, live] = yield* Effect.all(
    [
      ratingsAt(head),
      links.linkedAt(head),
      contract.read("competitionsOf", { hotkey, from: 0, limit: 100 }, head),
      contract.liveIssues(head)
    ],
    { concurrency: 4 }
  )
  const neuron = neuronOf(metagraph, hotkey)
  const ranked = [...ratings.values()]
    .filter(({ games }) => games > 0)
    .toSorted((a, b) => b.rating - a.rating || (a.hotkey < b.hotkey ? -1 : 1))
  const rating = ratings.get(hotkey)
  const enrolled = yield* Effect.forEach(
    live.filter(({ status }) => status._tag === "Open"),
    (issue) =>
      contract.read("enrolled", { issue: issue.id }, head).pipe(
        Effect.map(({ attestations }) => ({
          issue: issue.id,
          repository: issue.repository,
          number: issue.number,
          validators: attestations
            .filter(({ enrolled }) => neuron !== undefined && uidsOfBitmap(enrolled).includes(neuron.uid))
            .map(({ validator }) => validator)
        }))
      )
  )
  const account = linked.accounts.get(hotkey)
  return {
    hotkey,
    block: head.number,
    uid: neuron?.uid ?? null,
    registeredAt: neuron?.registeredAt ?? null,
    githubAccount: account ?? null,
    githubLink:
      account !== undefined
        ? "linked"
        : linked.unknown.has(hotkey)
          ? "GitHub did not answer"
          : (linked.refused.get(hotkey) ?? "not linked"),
    ratingMilliPoints: rating?.rating ?? null,
    provisional: rating?.provisional ?? true,
    eligible: rating?.eligible ?? true,
    games: rating?.games ?? 0,
    rank: rating !== undefined && rating.games > 0 ? ranked.findIndex((other) => other.hotkey === hotkey) + 1 : null,
    ranked: ranked.length,
    attested: enrolled.filter(({ validators }) => validators.length > 0),
    competitions
  }
})
