/** Plays each kind of step as calls and outside events. */
import { HashMap, Option } from "effect"
import { collateralOf } from "../../../../lab/contract-model/collateral.ts"
import { bitmapOfUids } from "../../../../src/contract-client/bitmap.ts"
import type { Competitor, Issue, OutcomeChoice } from "../../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { share } from "../../../../src/domain/Collateral.ts"
import { ALPHA } from "../../../support/contract/settings.ts"
import { MINERS, type Miner } from "./actors.ts"
import type { Game } from "./game.ts"
import { at, faultOf, reasonOf, settingOf } from "./named.ts"
import { crowd } from "./stage.ts"
import type { PlainStep, Step, Who } from "./steps.ts"

/** Plays one step. */
export const play = (game: Game, step: Step): void => {
  if (step.do === "faulty") game.during(faultOf(game, step.fault), () => playPlain(game, step.step))
  else if (step.do === "crowd") addCrowd(game)
  else playPlain(game, step)
}

/** Fills the whitelist as far as it goes. */
const addCrowd = (game: Game): void => {
  for (const hotkey of crowd) {
    if (!announce(game, () => game.send(game.world.state.owner, "addValidator", { hotkey, coldkeys: [hotkey] }))) return
  }
}

/** Lets the owner announce a change, and applies it as soon as that is possible. Returns whether it was accepted. */
export const announce = (game: Game, send: () => boolean): boolean => {
  if (!send()) return false
  const announced = game.world.state.waiting.at(-1)
  if (announced === undefined || announced.id !== game.world.state.changeCount) return true
  game.reach(announced.appliesFrom)
  return game.send(game.table.stage.actors.stranger, "apply", { change: announced.id })
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
  /** The voters: whitelisted validators whose bit is set, and occasionally someone who may not vote. */
  const voting = (bits: number): ReadonlyArray<AccountAddress> => {
    const listed = game.world.state.validators
      .map(({ hotkey }) => hotkey)
      .filter((hotkey, index) => actors.all.includes(hotkey) && ((bits >> index) & 1) === 1)
    return bits % 8 === 5 ? [...listed, at(actors.validators, 4).hotkey] : listed
  }
  const waiting = (nth: number) => game.world.state.waiting[nth % Math.max(1, game.world.state.waiting.length)]
  /** An issue on which a decision waits, and from when on it may be carried out. */
  const decidedOn = (nth: number) => {
    const found = issues("Competing", "Solved").flatMap(({ id, waiting }) => (waiting === null ? [] : [{ id, from: waiting.from }]))
    return found[nth % Math.max(1, found.length)]
  }
  const competitionOf = (issue: Issue | undefined) =>
    issue?.competition === null || issue === undefined
      ? undefined
      : Option.getOrUndefined(HashMap.get(game.world.state.competitions, issue.competition))

  const isKnown = (hotkey: AccountAddress) => game.world.subnet.hotkeys.has(hotkey)
  const choiceOf = (named: Extract<PlainStep, { readonly do: "outcome" }>["choice"]): OutcomeChoice => {
    if ("solvedBy" in named) return { _tag: "Solved", hotkey: miner(named.solvedBy).hotkey, pullRequest: named.pullRequest }
    if ("payTo" in named) return { _tag: "PayTo", coldkey: payee(named.payTo) }
    if ("unsolved" in named) return { _tag: "Unsolved" }
    if ("takenBack" in named) return { _tag: "TakenBack" }
    if ("dissolved" in named) return { _tag: "Dissolved" }
    return { _tag: "Cancelled", reason: reasonOf(named.reason, miner(named.about)) }
  }
  const vote = (voters: number, issue: number, choice: OutcomeChoice): void => {
    for (const hotkey of voting(voters)) game.send(hotkey, "voteOutcome", { issue, choice })
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
    case "recycle":
      return game.send(account(step.who), "recycle", {})
    case "expire":
      return game.send(account(step.who), "expire", { competition: known(step.id, game.world.state.competitionCount) })
    case "payout":
    case "finish":
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
    case "sweep":
      return game.world.state.toRecycle > 0n && game.send(actors.stranger, "recycle", {})
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
      return
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
      return vote(step.voters, issue.id, { _tag: "Solved", hotkey, pullRequest: 57 })
    }
    case "void": {
      const issue = nthOf(step.nth, "Competing", "Open")
      if (issue === undefined) return
      const choice: OutcomeChoice = { _tag: "Cancelled", reason: reasonOf(step.reason, competitionOf(issue)?.a ?? miner(step.about)) }
      return vote(step.voters, issue.id, choice)
    }
    case "lapse": {
      const competition = competitionOf(nthOf(step.nth, "Competing"))
      if (competition === undefined) return
      game.reach(competition.outcomeUntil + (step.early ? 0 : 1))
      return game.send(actors.stranger, "expire", { competition: competition.id })
    }
    case "settle": {
      const issue = nthOf(step.nth, "Solved")
      if (issue === undefined) return
      game.reach((issue.payableAt ?? 0) - 1)
      game.send(actors.stranger, "payout", { issue: issue.id })
      if (!step.early) game.reach(issue.payableAt ?? 0)
      return game.send(game.world.state.owner, "payout", { issue: issue.id })
    }
    case "dispute": {
      const issue = nthOf(step.nth, "Solved")
      if (issue === undefined) return
      game.reach((issue.payableAt ?? 0) - 1)
      vote(step.voters, issue.id, { _tag: "Cancelled", reason: { _tag: "Reverted" } })
      game.reach(issue.payableAt ?? 0)
      game.send(actors.stranger, "payout", { issue: issue.id })
      if (!step.settled) return
      vote(step.voters, issue.id, { _tag: "TakenBack" })
      return game.send(actors.stranger, "payout", { issue: issue.id })
    }
    case "regret": {
      const issue = nthOf(step.nth, "Competing", "Solved", "Open")
      if (issue === undefined) return
      for (const hotkey of voting(step.voters)) game.send(hotkey, "withdrawOutcomeVote", { issue: issue.id })
      return
    }
    case "revert": {
      const issue = nthOf(step.nth, "Solved")
      if (issue === undefined) return
      if (step.late) game.reach(issue.payableAt ?? 0)
      return vote(step.voters, issue.id, { _tag: "Cancelled", reason: { _tag: "Reverted" } })
    }
    case "carry out": {
      const issue = decidedOn(step.nth)
      if (issue === undefined) return
      game.reach(issue.from - 1)
      game.send(actors.stranger, "finish", { issue: issue.id })
      if (!step.early) game.reach(issue.from)
      return game.send(actors.stranger, "finish", { issue: issue.id })
    }
    case "reconsider": {
      const issue = decidedOn(step.nth)
      if (issue === undefined) return
      if (step.late) game.reach(issue.from)
      vote(step.voters, issue.id, { _tag: "TakenBack" })
      return step.late && game.send(actors.stranger, "payout", { issue: issue.id })
    }
    case "dissolve": {
      const issue = nthOf(step.nth, "Competing")
      return issue === undefined ? undefined : vote(step.voters, issue.id, { _tag: "Dissolved" })
    }
    case "find unsolved": {
      const issue = nthOf(step.nth, "Competing")
      const competition = competitionOf(issue)
      if (issue === undefined || competition === undefined) return
      game.reach(competition.deadline + (step.early ? 0 : 1))
      return vote(step.voters, issue.id, { _tag: "Unsolved" })
    }
    case "name payee":
    case "give up": {
      const issue = nthOf(step.nth, "Solved")
      if (issue === undefined) return
      game.reach((issue.payableAt ?? 0) - (step.early ? 1 : 0))
      const choice: OutcomeChoice =
        step.do === "name payee" ? { _tag: "PayTo", coldkey: payee(step.to) } : { _tag: "Cancelled", reason: { _tag: "PaymentImpossible" } }
      return vote(step.voters, issue.id, choice)
    }
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
      game.send(voter.hotkey, "veto", { change })
      game.changeStake(voter.hotkey, coldkey, 1_000_000n * ALPHA)
      game.reach(game.block + state.config.ownerDelay)
      game.send(actors.stranger, "apply", { change })
      if (!step.relapses) return
      game.changeStake(voter.hotkey, coldkey, -1_000_000n * ALPHA)
      return game.send(actors.stranger, "apply", { change })
    }
    case "dismiss": {
      const { hotkey } = at(actors.validators, step.nth)
      if (!game.send(state.owner, "removeValidator", { hotkey })) return
      const announced = game.world.state.waiting.at(-1)
      if (announced === undefined) return
      for (const voter of [hotkey, ...voting(step.voters)]) game.send(voter, "veto", { change: announced.id })
      return
    }
  }
}

/** Deposits the collateral that a competition for this bounty requires and that is missing. */
const insure = (game: Game, hotkey: AccountAddress, coldkey: AccountAddress, bounty: bigint): void => {
  const { deposited, locked } = collateralOf(game.world.state, { hotkey, coldkey })
  const missing = share(bounty, game.world.state.config.collateralBps) - (deposited - locked)
  if (missing > 0n) game.send(coldkey, "depositCollateral", { hotkey, amount: missing })
}
