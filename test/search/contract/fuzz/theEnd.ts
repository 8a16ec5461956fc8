/**
 * From every reachable state of the contract, its subnet may end: it is dissolved, or its netuid is reassigned. Then all operations stop except
 * claims. All TAO can be claimed, in any order, and no creditor gets more than its share.
 */

import { HashMap } from "effect"
import { longestWait, paidTo } from "../../../../lab/contract-model/ending.ts"
import { unsigned } from "../../../../lab/devnet/chain/codec/scale.ts"
import { bookedOf } from "../../../../src/contract-client/books.ts"
import type { Claim } from "../../../../src/contract-client/generated.ts"
import { waitOf } from "../../../../src/contract-client/standing.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { ALPHA } from "../../../support/contract/settings.ts"
import { NETUID } from "../../../support/contract/subnet.ts"
import { announce } from "./acts.ts"
import type { Game } from "./game.ts"
import { registrationsKey, subnetExistsKey } from "./keys.ts"

/** A creditor got too much, too little or nothing. */
class WrongShare extends Error {}

/** A debt in the books, in alpha. */
interface Owed {
  readonly claim: Claim
  readonly alpha: bigint
}

const owedIn = ({ world: { state } }: Game): ReadonlyArray<Owed> => [
  ...[...HashMap.entries(state.collaterals)].map(([key, { deposited }]): Owed => {
    const [hotkey = "", coldkey = ""] = key.split("/")
    // stakeKey joined these two
    return { claim: { _tag: "Collateral", hotkey: hotkey as AccountAddress, coldkey: coldkey as AccountAddress }, alpha: deposited }
  }),
  ...[...HashMap.values(state.issues)].map(
    ({ funded, id, status }): Owed => ({ claim: { _tag: "Bounty", issue: id }, alpha: status._tag === "Solved" ? funded : 0n })
  )
]

/** The subnet is dissolved, or its netuid is already reassigned. The stake on it no longer matters, and stays in the storage. */
const endIt = (game: Game, how: "dissolved" | "given again"): void => {
  const { subnet } = game.world
  const registrations = subnet.registrations + 1n
  if (how === "dissolved") game.fork.set(subnetExistsKey(NETUID), null)
  else game.fork.set(registrationsKey(NETUID), unsigned(registrations, 8))
  const tao = { contract: game.fork.tao(game.table.stage.contract), treasury: game.fork.tao(game.world.state.config.treasuryColdkey) }
  game.world = { ...game.world, subnet: { ...subnet, ...(how === "dissolved" ? { exists: false } : { registrations }), tao } }
  game.journal.push(`${game.block}: the subnet is ${how}`)
}

/** Gives TAO to the contract and its treasury's coldkey. */
const giveTao = (game: Game, contract: bigint, treasury: bigint): void => {
  const { subnet } = game.world
  game.fork.giveTao(game.table.stage.contract, contract)
  game.fork.giveTao(game.world.state.config.treasuryColdkey, treasury)
  const tao = { contract: subnet.tao.contract + contract, treasury: subnet.tao.treasury + treasury }
  game.world = { ...game.world, subnet: { ...subnet, tao } }
  game.journal.push(`${game.block}: ${contract} and ${treasury} rao of TAO come`)
}

/** Ends the subnet, and sends all claims. Throws when a share differs from the books. */
export const endSubnet = (game: Game, seed: number): void => {
  const { actors } = game.table.stage
  const first = BigInt(seed % 7) * 1_000_003n * BigInt(1 + (seed % 3) * 1_000)
  const elsewhere = BigInt(seed % 5) * 12_345n
  endIt(game, seed % 2 === 0 ? "dissolved" : "given again")
  giveTao(game, first, elsewhere)
  let came = game.world.subnet.tao.contract
  refuseAll(game)
  const rest: Claim = { _tag: "Rest" }
  game.send(actors.stranger, "claim", { claim: rest })
  for (const blocks of [0, seed % 5, game.world.state.config.day]) {
    game.reach(game.block + blocks)
    game.send(actors.stranger, "windUp", {})
  }
  if (seed % 8 === 3) settleAll(game)
  const owed = owedIn(game)
  const booked = bookedOf(game.world.state)
  const all = [...owed.map(({ claim }) => claim), rest]
  const order = seed % 2 === 0 ? all : all.toReversed()
  for (const claim of order) game.send(actors.stranger, "claim", { claim })
  refuseVotes(game)
  const assignRest = () => game.send(game.world.state.owner, "assignRest", { to: actors.stranger })
  if (seed % 3 === 0) assignRest()
  game.reach((game.world.state.woundUpAt ?? 0) + 2 * longestWait(game.world.state.config) + 1)
  announce(game, assignRest)
  // TAO that arrives later is shared in the same way, by another round of claims.
  const late = BigInt(seed % 4) * 777_777n
  came += late
  giveTao(game, late, 0n)
  for (const claim of all) game.send(actors.stranger, "claim", { claim })
  game.compareViews()

  const part = (alpha: bigint) => (booked === 0n ? 0n : (came * alpha) / booked)
  for (const { alpha, claim } of owed) expectPaid(game, claim, part(alpha))
  const claimable = owed.reduce((sum, { alpha }) => sum + alpha, 0n)
  expectPaid(game, rest, came - part(claimable))
  const left = game.fork.tao(game.table.stage.contract)
  if (left < 0n || left > BigInt(owed.length)) throw new WrongShare(`${left} rao are left`)
  if (seed % 4 === 1) renew(game, seed)
}

/** Code may be replaced long after the end, unless what was noted of its validators is against it. What was announced before is announced anew. */
const renew = (game: Game, seed: number): void => {
  const { announcedCode, owner, validators } = game.world.state
  if (announcedCode !== null) {
    game.send(owner, "apply", { change: announcedCode.change.id })
    game.send(owner, "withdrawChange", { change: announcedCode.change.id })
  }
  announce(game, () => {
    const announced = game.send(owner, "setCode", { codeHash: game.table.stage.codes[1] })
    const change = game.world.state.changeCount
    game.send(owner, "apply", { change })
    for (const { hotkey } of validators.slice(seed % 3)) game.send(hotkey, "veto", { change })
    return announced
  })
}

/** Validators may still vote on who solved an issue, with what was noted of them, for one wait, and settle for two. The losers pay nothing, and winners may name a payee. */
const settleAll = (game: Game): void => {
  const { stranger } = game.table.stage.actors
  const { competitions, config, slashed, validators } = game.world.state
  for (const competition of HashMap.values(competitions)) {
    const { a, b, id, issue, status, submissionsFrom } = competition
    if (status._tag !== "Running") continue
    game.reach(submissionsFrom)
    const choice = { _tag: "Solved", hotkey: a.hotkey, pullRequest: 57 } as const
    for (const { hotkey } of validators) game.send(hotkey, "voteOutcome", { issue, choice })
    game.reach(game.block + waitOf(competition, config))
    game.send(stranger, "settle", { issue })
    game.send(id % 2 === 0 ? a.coldkey : b.coldkey, "payTo", { competition: id, coldkey: stranger })
  }
  if (game.world.state.slashed !== slashed) throw new WrongShare("somebody was slashed after the end")
}

/** Every message except claims and the owner's announcements is refused, whoever sends it. */
const refuseAll = (game: Game): void => {
  const { actors } = game.table.stage
  const { issueCount, owner } = game.world.state
  const issue = Math.max(1, issueCount)
  const [miner] = actors.miners
  const accepted = [
    game.send(actors.stranger, "harvest", {}),
    game.send(actors.stranger, "noteWeights", {}),
    game.send(actors.stranger, "payout", { issue }),
    game.send(actors.stranger, "expire", { competition: 1 }),
    game.send(owner, "registerIssue", { repository: "acme/widgets", number: 99, bounty: 100n * ALPHA }),
    game.send(owner, "cancelIssue", { id: issue, reason: { _tag: "Owner" } }),
    game.send(owner, "editIssue", { id: issue, repository: "acme/widgets", number: 98, bounty: 100n * ALPHA }),
    game.send(owner, "addValidator", { hotkey: owner, coldkeys: [owner] }),
    game.send(owner, "setCode", { codeHash: game.table.stage.codes[1] }),
    game.send(owner, "setConfig", { settings: [{ _tag: "HarvestStep", value: 5 }] }),
    ...(miner === undefined
      ? []
      : [
          game.send(miner.coldkey, "depositCollateral", { hotkey: miner.hotkey, amount: ALPHA }),
          game.send(miner.coldkey, "withdrawCollateral", { hotkey: miner.hotkey, amount: ALPHA })
        ])
  ]
  if (accepted.includes(true)) throw new WrongShare("something went on after the end")
}

/** A vote asks the chain nothing: it is refused when the end was written, but for a solution. */
const refuseVotes = (game: Game): void => {
  const { issueCount, validators, woundUpAt } = game.world.state
  const sent = validators.map(({ hotkey }) => game.send(hotkey, "voteOutcome", { issue: issueCount, choice: { _tag: "Dissolved" } }))
  if (woundUpAt !== null && sent.includes(true)) throw new WrongShare("a vote counts after the end")
}

const expectPaid = (game: Game, claim: Claim, expected: bigint): void => {
  const paid = paidTo(game.world.state, claim)
  if (paid !== expected) throw new WrongShare(`${JSON.stringify(claim)} got ${paid} of ${expected}`)
}
