/** Plays each kind of step as calls and outside events. */

import { HashMap, Option } from "effect"
import { pendingOf } from "../../../../lab/contract-model/changes.ts"
import { bitmapOfUids } from "../../../../src/contract-client/bitmap.ts"
import type { Competitor, Issue, OutcomeChoice } from "../../../../src/contract-client/generated.ts"
import { waitOf as waitIn } from "../../../../src/contract-client/standing.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { ALPHA } from "../../../support/contract/settings.ts"
import { MINERS, type Miner } from "./actors.ts"
import { addCrowd, announce, insure, lend, turnDay } from "./acts.ts"
import type { Game } from "./game.ts"
import { at, faultOf, reasonOf, settingOf } from "./named.ts"
import type { PlainStep, Step, Who } from "./steps.ts"

/** Plays one step. */
export const play = (game: Game, step: Step): void => {
  if (step.do === "faulty") game.during(faultOf(game, step.fault), () => playPlain(game, step.step))
  else if (step.do === "crowd") addCrowd(game)
  else playPlain(game, step)
}

type NamedCompetitor = Extract<PlainStep, { readonly do: "pair" }>["a"]

const playPlain = (game: Game, step: PlainStep): unknown => {
  const { actors, contract } = game.table.stage
  const { state } = game.world
  const treasury = state.config
  const account = (who: Who): AccountAddress => {
    if (who.is === "owner") return state.owner
    if (who.is === "proposed") return state.offer?.owner ?? actors.stranger
    if (who.is === "stranger") return actors.stranger
    if (who.is === "secondOwner") return actors.secondOwner
    if (!("nth" in who)) return actors.stranger
    if (who.is === "validator") return at(actors.validators, who.nth).hotkey
    return who.is === "miner" ? at(actors.miners, who.nth).hotkey : at(actors.miners, who.nth).coldkey
  }
  const miner = (nth: number): Miner => at(actors.miners, nth)
  const competitor = ({ coldkeyOf, miner: nth, reserved, uid }: NamedCompetitor): Competitor => ({
    uid: uid ?? miner(nth).uid,
    hotkey: reserved === "hotkey" ? treasury.treasuryHotkey : miner(nth).hotkey,
    coldkey:
      reserved === "contract"
        ? contract
        : reserved === "treasury"
          ? treasury.treasuryColdkey
          : miner(coldkeyOf === null ? nth : coldkeyOf).coldkey
  })
  const payee = (to: number | "contract" | "treasury"): AccountAddress =>
    to === "contract" ? contract : to === "treasury" ? treasury.treasuryColdkey : miner(to).coldkey
  /** Maps ids 1 to 4 to an existing issue or competition, if there is one; keeps 0 and ids from 5 on. */
  const known = (id: number, count: number): number => (id < 1 || id > 4 || count === 0 ? id : ((id - 1) % count) + 1)
  const issueId = (id: number) => known(id, game.world.state.issueCount)
  const round = () => Math.floor(game.block / game.world.state.config.roundLength)
  const issues = (...wanted: ReadonlyArray<Issue["status"]["_tag"]>) =>
    [...HashMap.values(game.world.state.issues)].filter(({ status }) => wanted.includes(status._tag)).sort((a, b) => a.id - b.id)
  const nthOf = (nth: number, ...wanted: ReadonlyArray<Issue["status"]["_tag"]>): Issue | undefined => {
    const found = issues(...wanted)
    return found[nth % Math.max(1, found.length)]
  }
  /** The voters: whitelisted validators whose bit is set, and occasionally an unauthorised account. */
  const voting = (bits: number): ReadonlyArray<AccountAddress> => {
    const listed = game.world.state.validators
      .map(({ hotkey }) => hotkey)
      .filter((hotkey, index) => actors.all.includes(hotkey) && ((bits >> index) & 1) === 1)
    return bits % 8 === 5 ? [...listed, at(actors.validators, 4).hotkey] : listed
  }
  const waiting = (nth: number) => {
    const changes = pendingOf(game.world.state)
    return changes[nth % Math.max(1, changes.length)]
  }
  const votesOn = (id: number) => Option.getOrElse(HashMap.get(game.world.state.outcomeBallots, id), () => [])
  /** An issue with a vote on its outcome. */
  const votedOn = (nth: number): Issue | undefined => {
    const found = issues("Funding", "Open", "Competing").filter(({ id }) => votesOn(id).length > 0)
    return found[nth % Math.max(1, found.length)]
  }
  const waitOf = (issue: Issue) => waitIn(competitionOf(issue), game.world.state.config)
  const settle = (issue: number) => game.send(actors.stranger, "settle", { issue })
  const competitionOf = (issue: Issue | undefined) =>
    issue?.competition === null || issue === undefined
      ? undefined
      : Option.getOrUndefined(HashMap.get(game.world.state.competitions, issue.competition))

  const isKnown = (hotkey: AccountAddress) => game.world.subnet.hotkeys.has(hotkey)
  const choiceOf = (named: Extract<PlainStep, { readonly do: "outcome" }>["choice"]): OutcomeChoice => {
    if ("solvedBy" in named) return { _tag: "Solved", hotkey: miner(named.solvedBy).hotkey, pullRequest: named.pullRequest }
    if ("slashA" in named) return { _tag: "Unsolved", ...named }
    if ("dissolved" in named) return { _tag: "Dissolved" }
    return { _tag: "Cancelled", reason: reasonOf(named.reason, miner(named.about)) }
  }
  const decide = (voters: number, issue: Issue, choice: OutcomeChoice, then: string): unknown => {
    if (then === "settle") turnDay(game)
    for (const hotkey of voting(voters)) game.send(hotkey, "voteOutcome", { issue: issue.id, choice })
    if (then === "stand") return
    game.reach(game.block + waitOf(issue) - 1)
    settle(issue.id)
    if (then === "early") return
    game.reach(game.block + 1)
    return settle(issue.id)
  }

  switch (step.do) {
    case "register":
      return game.send(account(step.who), "registerIssue", {
        repository: step.repository,
        number: step.number,
        bounty: step.bounty === 18_446_744_073n ? 2n ** 64n - 1n : step.bounty * ALPHA
      })
    case "cancel":
      return game.send(account(step.who), "cancelIssue", { id: issueId(step.id), reason: reasonOf(step.reason, miner(step.about)) })
    case "edit":
      return game.send(account(step.who), "editIssue", {
        id: issueId(step.id),
        repository: step.repository,
        number: step.number,
        bounty: step.bounty === 18_446_744_073n ? 2n ** 64n - 1n : step.bounty * ALPHA
      })
    case "addValidator": {
      const { coldkeys, hotkey } = at(actors.validators, step.nth)
      return game.send(account(step.who), "addValidator", {
        hotkey,
        coldkeys: step.coldkeys.map((index) =>
          at([...coldkeys, ...game.table.stage.treasuries.slice(0, 2).map(({ coldkey }) => coldkey), contract], index)
        )
      })
    }
    case "removeValidator":
      return game.send(account(step.who), "removeValidator", { hotkey: at(actors.validators, step.nth).hotkey })
    case "pause":
    case "unpause":
      return game.send(account(step.who), step.do, {})
    case "propose":
      return game.send(account(step.who), "proposeOwner", { owner: account(step.to) })
    case "accept":
      return game.send(account(step.who), "acceptOwnership", {})
    case "withdrawOffer":
      return game.send(account(step.who), "withdrawOffer", {})
    case "attest":
      return game.send(account(step.who), "attestEnrolled", {
        issue: issueId(step.id),
        round: Math.max(0, round() + step.round),
        enrolled: bitmapOfUids(step.enrolled),
        skipped: bitmapOfUids(step.skipped)
      })
    case "renew":
      return game.send(account(step.who), "renewAttestations", {})
    case "pair":
      return game.send(account(step.who), "votePair", {
        issue: issueId(step.id),
        round: Math.max(0, round() + step.round),
        a: competitor(step.a),
        b: competitor(step.b)
      })
    case "outcome": {
      return game.send(account(step.who), "voteOutcome", { issue: issueId(step.id), choice: choiceOf(step.choice) })
    }
    case "retract":
      return game.send(account(step.who), "withdrawOutcomeVote", { issue: issueId(step.id) })
    case "harvest":
      return game.send(account(step.who), "harvest", {})
    case "note":
      return game.send(account(step.who), "noteWeights", {})
    case "payTo":
      return game.send(account(step.who), "payTo", {
        competition: known(step.id, game.world.state.competitionCount),
        coldkey: payee(step.to)
      })
    case "expire":
      return game.send(account(step.who), "expire", { competition: known(step.id, game.world.state.competitionCount) })
    case "payout":
    case "settle":
      return game.send(account(step.who), step.do, { issue: issueId(step.id) })
    case "feed":
      return game.changeStake(treasury.treasuryHotkey, treasury.treasuryColdkey, step.amount)
    case "give":
      return isKnown(treasury.treasuryHotkey) && game.changeStake(treasury.treasuryHotkey, contract, step.amount)
    case "give elsewhere": {
      const { hotkey } = at(game.table.stage.treasuries, step.nth)
      return hotkey !== treasury.treasuryHotkey && game.changeStake(hotkey, contract, step.amount)
    }
    case "round down":
      return game.changeStake(treasury.treasuryHotkey, contract, -step.amount)
    case "restake": {
      const { coldkeys, hotkey } = at(actors.validators, step.nth)
      const coldkey = at(coldkeys, step.cold)
      return game.changeStake(hotkey, coldkey, step.alpha * ALPHA - game.stake(hotkey, coldkey))
    }
    case "config":
      return game.send(account(step.who), "setConfig", { settings: step.settings.map((setting) => settingOf(game, setting)) })
    case "code":
      return game.send(account(step.who), "setCode", {
        codeHash: step.which === "unknown" ? `0x${"12".repeat(32)}` : at(game.table.stage.codes, step.which)
      })
    case "apply":
    case "veto":
    case "withdrawVeto":
    case "drop":
    case "withdrawChange": {
      const { change } = step
      const number = "number" in change ? change.number : (waiting(change.waiting)?.id ?? game.world.state.changeCount)
      return game.send(account(step.who), step.do, { change: number })
    }
    case "deposit": {
      const hotkey = step.hotkey < MINERS ? miner(step.hotkey).hotkey : treasury.treasuryHotkey
      return game.send(account(step.who), "depositCollateral", { hotkey, amount: step.amount })
    }
    case "withdraw":
      return game.send(account(step.who), "withdrawCollateral", { hotkey: miner(step.hotkey).hotkey, amount: step.amount })
    case "insure": {
      const { coldkey, hotkey } = miner(step.miner)
      return game.send(coldkey, "depositCollateral", { hotkey, amount: step.amount })
    }
    case "take back": {
      const all = [...HashMap.entries(game.world.state.collaterals)].sort(([left], [right]) => (left < right ? -1 : 1))
      const bound = all.filter(([, { locked }]) => locked > 0n)
      const candidates = bound.length > 0 ? bound : all
      const found = candidates[step.nth % Math.max(1, candidates.length)]
      if (found === undefined) return
      const [key, { deposited, locked }] = found
      const owner = actors.all.find((account) => key.endsWith(account))
      const hotkey = actors.miners.find((one) => key.startsWith(one.hotkey))?.hotkey
      if (owner === undefined || hotkey === undefined) return
      const free = deposited - locked
      const amount = { half: free / 2n, free, "too much": free + 1n, all: deposited }[step.part]
      return game.send(owner, "withdrawCollateral", { hotkey, amount })
    }
    case "look":
      return game.compareViews()
    case "resume":
      return game.world.state.paused && game.send(game.world.state.owner, "unpause", {})
    case "ripen": {
      const found = waiting(step.nth)
      if (found === undefined) return
      const { appliesFrom, appliesUntil, id } = found
      game.reach({ early: appliesFrom - 1, first: appliesFrom, last: appliesUntil, late: appliesUntil + 1 }[step.at])
      return game.send(actors.stranger, "apply", { change: id })
    }
    case "oppose": {
      const found = waiting(step.nth)
      if (found === undefined) return
      for (const hotkey of voting(step.voters)) game.send(hotkey, "veto", { change: found.id })
      return game.send(actors.stranger, "drop", { change: found.id })
    }
    case "wait":
      return game.reach(game.block + step.blocks)
    case "fund": {
      const { owner } = game.world.state
      if (issues("Funding", "Open").length < 2) {
        const number = game.world.state.issueCount + 10
        game.send(owner, "registerIssue", { repository: "acme/widgets", number, bounty: step.bounty * ALPHA })
      }
      const missing = issues("Funding").reduce((sum, { bounty, funded }) => sum + bounty - funded, 0n)
      if (missing > 0n) game.changeStake(treasury.treasuryHotkey, treasury.treasuryColdkey, missing)
      return game.send(actors.stranger, "harvest", {})
    }
    case "match": {
      const issue = nthOf(step.nth, "Open")
      if (issue === undefined) return
      if (step.insured) for (let turn = 0; turn < 2; turn++) turnDay(game)
      const { attestBlocks, roundLength } = game.world.state.config
      game.reach((round() + 1) * roundLength)
      const pair = { a: miner(step.a), b: miner((step.a + 1 + (step.b % (MINERS - 1))) % MINERS) }
      if (step.insured) for (const { coldkey, hotkey } of [pair.a, pair.b]) insure(game, hotkey, coldkey, issue.bounty)
      const seen = [...new Set([pair.a.uid, pair.b.uid, ...step.enrolled])]
      for (const hotkey of voting(step.voters)) {
        game.send(hotkey, "attestEnrolled", {
          issue: issue.id,
          round: round(),
          enrolled: bitmapOfUids(seen),
          skipped: bitmapOfUids(step.enrolled)
        })
      }
      game.reach(round() * roundLength + attestBlocks)
      for (const hotkey of voting(step.voters)) game.send(hotkey, "votePair", { issue: issue.id, round: round(), ...pair })
      return
    }
    case "solve": {
      const issue = nthOf(step.nth, "Competing")
      const competition = competitionOf(issue)
      if (issue === undefined || competition === undefined) return
      game.reach(step.late === 0 ? competition.submissionsFrom : competition.startedAt + step.late)
      const { hotkey } = step.side ? competition.a : competition.b
      return decide(step.voters, issue, { _tag: "Solved", hotkey, pullRequest: 57 }, step.then)
    }
    case "void": {
      const issue = nthOf(step.nth, "Competing", "Open")
      if (issue === undefined) return
      const reason = reasonOf(step.reason, competitionOf(issue)?.a ?? miner(step.about))
      return decide(step.voters, issue, { _tag: "Cancelled", reason }, step.then)
    }
    case "find unsolved": {
      const issue = nthOf(step.nth, "Competing")
      const competition = competitionOf(issue)
      if (issue === undefined || competition === undefined) return
      game.reach(competition.deadline + (step.early ? 0 : 1))
      return decide(step.voters, issue, { _tag: "Unsolved", slashA: step.slashA, slashB: step.slashB }, step.then)
    }
    case "dissolve": {
      const issue = nthOf(step.nth, "Competing")
      return issue && decide(step.voters, issue, { _tag: "Dissolved" }, step.then)
    }
    case "ripe": {
      const issue = votedOn(step.nth)
      if (issue === undefined) return
      game.reach(Math.max(...votesOn(issue.id).map(({ since }) => since)) + waitOf(issue) - (step.early ? 1 : 0))
      return settle(issue.id)
    }
    case "vote again": {
      const issue = votedOn(step.nth)
      if (issue === undefined) return
      const [first] = votesOn(issue.id)
      for (const hotkey of voting(step.voters)) {
        const choice = (votesOn(issue.id).find(({ validator }) => validator === hotkey) ?? first)?.choice
        if (choice !== undefined) game.send(hotkey, "voteOutcome", { issue: issue.id, choice })
      }
      return
    }
    case "regret": {
      const issue = votedOn(step.nth)
      if (issue === undefined) return
      for (const hotkey of voting(step.voters)) game.send(hotkey, "withdrawOutcomeVote", { issue: issue.id })
      return
    }
    case "lapse": {
      const competition = competitionOf(nthOf(step.nth, "Competing"))
      if (competition === undefined) return
      game.reach(competition.outcomeUntil + 3 * waitIn(competition, game.world.state.config) + (step.early ? 0 : 1))
      return game.send(actors.stranger, "expire", { competition: competition.id })
    }
    case "pay": {
      const issue = nthOf(step.nth, "Solved")
      const competition = competitionOf(issue)
      if (issue === undefined || competition?.status._tag !== "Won") return
      const { coldkey } = competition.status.winner === 0 ? competition.a : competition.b
      if (step.to !== null) game.send(coldkey, "payTo", { competition: competition.id, coldkey: payee(step.to) })
      return game.send(actors.stranger, "payout", { issue: issue.id })
    }
    case "name payee": {
      const competition = competitionOf(nthOf(step.nth, "Competing"))
      if (competition === undefined) return
      const { coldkey } = step.side ? competition.a : competition.b
      for (const to of [step.to, 0]) game.send(coldkey, "payTo", { competition: competition.id, coldkey: payee(to) })
      return
    }
    case "alter": {
      const issue = nthOf(step.nth, "Funding", "Open")
      if (issue === undefined) return
      const { id, number, repository } = issue
      return announce(game, () =>
        step.bounty === null
          ? game.send(state.owner, "cancelIssue", { id, reason: { _tag: step.reason } })
          : game.send(state.owner, "editIssue", { id, repository, number: number + (id % 2) * 100, bounty: step.bounty * ALPHA })
      )
    }
    case "age":
      game.reach(state.agedAt + state.config.recycleAfter - (step.early ? 1 : 0))
      return game.send(actors.stranger, "harvest", {})
    case "day":
      return turnDay(game)
    case "lend":
      return lend(game, step, (act) => playPlain(game, act))
    case "reconfigure":
      return announce(game, () =>
        game.send(state.owner, "setConfig", { settings: step.settings.map((setting) => settingOf(game, setting)) })
      )
    case "offer": {
      const owner = account(step.to)
      if (!announce(game, () => game.send(state.owner, "proposeOwner", { owner }))) return
      game.reach(game.block + step.after)
      return game.send(owner, "acceptOwnership", {})
    }
    case "outgrow": {
      const voter = actors.validators.find(
        ({ hotkey }, nth) => nth >= step.nth && state.validators.some((known) => known.hotkey === hotkey)
      )
      const [coldkey] = state.validators.find(({ hotkey }) => hotkey === voter?.hotkey)?.coldkeys ?? []
      const change = game.world.state.changeCount + 1
      if (voter === undefined || coldkey === undefined) return
      game.changeStake(voter.hotkey, coldkey, -game.stake(voter.hotkey, coldkey))
      if (!game.send(state.owner, "setConfig", { settings: [{ _tag: "SlashBps", value: state.config.slashBps }] })) return
      for (const name of ["veto", "withdrawVeto", "veto"] as const) game.send(voter.hotkey, name, { change })
      game.changeStake(voter.hotkey, coldkey, 1_000_000n * ALPHA)
      for (let turn = 0; turn < 2; turn++) turnDay(game)
      game.reach(game.block + state.config.ownerDelay)
      if (step.relapses) game.changeStake(voter.hotkey, coldkey, -1_000_000n * ALPHA)
      return game.send(actors.stranger, "apply", { change })
    }
    case "dismiss": {
      const { hotkey } = at(actors.validators, step.nth)
      if (!game.send(state.owner, "removeValidator", { hotkey })) return
      const announced = game.world.state.waiting.at(-1)
      if (announced === undefined) return
      for (const voter of [hotkey, ...voting(step.voters)]) game.send(voter, "veto", { change: announced.id })
      return game.send(actors.stranger, "drop", { change: announced.id })
    }
  }
}
